package io.assent.spec;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All checks of both models. */
final class Checks {
    /** Where a rule only matters in a hostile environment, or in a larger system than others. */
    private static final Map<String, Map<String, String>> NEEDED = Map.of(
            "AckEvidence", Map.of("EnvHeuristic", "TRUE"),
            "RestoreHold", Map.of("EnvRestore", "TRUE"),
            "SyncRep", Map.of("EnvFailover", "TRUE"),
            "DurRead", Map.of("EnvFailover", "TRUE"),
            "DoneOk", Map.of("CrashesMax", "1", "Wrote", "{TRUE}"));

    private Checks() {}

    /** All rules on: nothing bad happens. */
    static List<Check> ofSafety() {
        Check decisions = decisions("Safe");
        return List.of(
                decisions,
                decisions("Heuristic").with("EnvHeuristic", "TRUE"),
                decisions("Restore").with("EnvRestore", "TRUE"),
                decisions("Failover").with("EnvFailover", "TRUE"),
                Check.ofInvariants(Model.VOTES, "Safe", "Safe").with("CrashesMax", "1"));
    }

    private static Check decisions(String subject) {
        return Check.ofInvariants(Model.DECISIONS, subject, "Safe", "OneOutcome", "MemoryTrue");
    }

    /** All rules on: what has to happen happens in the end. Small also where the rest is large: symmetry does not help here. */
    static List<Check> ofTheEnd() {
        Map<String, String> oneStatement = Map.of("Replica", "{r1}", "Slot", "{s1}", "Requests", "{\"C1\"}");
        return List.of(
                Check.ofProperty(Model.DECISIONS, "ResolvedByAge", "ByAge", "Resolved")
                        .withAll(oneStatement),
                Check.ofProperty(Model.DECISIONS, "ResolvedByInquiry", "ByInquiry", "Resolved")
                        .withAll(oneStatement)
                        .with("Ageing", "FALSE"),
                Check.ofProperty(Model.VOTES, "Resolved", "InTheEnd", "Resolved")
                        .with("Replica", "{r1}"));
    }

    /** All rules on: states without which the rest would be true of nothing. */
    static List<Check> ofReach() {
        return Stream.of(
                        reach(Model.DECISIONS, "OrphanAborted"),
                        reach(Model.DECISIONS, "CommitLost"),
                        reach(Model.DECISIONS, "AllCommitted"),
                        reach(Model.DECISIONS, "OrphanRunning"),
                        reach(Model.DECISIONS, "HeuristicTold").with("EnvHeuristic", "TRUE"),
                        reach(Model.DECISIONS, "RestoredHeld").with("EnvRestore", "TRUE"),
                        reach(Model.DECISIONS, "LostToUnsafe").with("EnvFailover", "TRUE"),
                        reach(Model.VOTES, "ReadOnlyPruned"),
                        reach(Model.VOTES, "IntentDropped")
                                .with("CrashesMax", "1")
                                .with("Wrote", "{TRUE}"))
                .toList();
    }

    private static Check reach(Model model, String invariant) {
        return Check.ofInvariants(model, invariant, invariant);
    }

    /** One rule off each: every flag that the models have. */
    static List<Check> ofRules() {
        return Stream.of(Model.values())
                .flatMap(model -> model.flags().keySet().stream().map(flag -> withoutRule(model, flag)))
                .toList();
    }

    private static Check withoutRule(Model model, String flag) {
        return Check.ofInvariants(model, flag, "Safe")
                .withAll(NEEDED.getOrDefault(flag, Map.of()))
                .with(flag, "FALSE");
    }
}
