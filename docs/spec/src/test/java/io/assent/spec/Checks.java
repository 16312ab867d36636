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

    /** All rules on: what has to happen happens in the end. Never large: symmetry, which keeps the rest small, is not allowed here. */
    static List<Check> ofTheEnd(Size size) {
        Check byInquiry = onOneStatement("ResolvedByInquiry", "ByInquiry").with("Ageing", "FALSE");
        Check votes = Check.ofProperty(Model.VOTES, "Resolved", "InTheEnd", "Resolved")
                .with("Replica", "{r1}");
        return switch (size) {
            case SMALL -> List.of(byInquiry, votes.with("Wrote", "{TRUE}"));
            case FULL -> List.of(byInquiry, votes, onOneStatement("ResolvedByAge", "ByAge"));
        };
    }

    /** Not resolved in the end, for nobody asks and nothing ages. */
    static List<Check> ofNoEnd() {
        return List.of(onOneStatement("NobodyAsks", "ByAge").with("Ageing", "FALSE"));
    }

    private static Check onOneStatement(String subject, String specification) {
        return Check.ofProperty(Model.DECISIONS, subject, specification, "Resolved")
                .withAll(Map.of("Replica", "{r1}", "Slot", "{s1}", "Requests", "{\"C1\"}"));
    }

    /** All rules on: states without which the rest would be true of nothing. */
    static List<Check> ofReach() {
        return List.of(
                reach(Model.DECISIONS, "OrphanAborted"),
                reach(Model.DECISIONS, "CommitLost"),
                reach(Model.DECISIONS, "AllCommitted"),
                reach(Model.DECISIONS, "OrphanRunning"),
                reach(Model.DECISIONS, "HeuristicTold").with("EnvHeuristic", "TRUE"),
                reach(Model.DECISIONS, "RestoredHeld").with("EnvRestore", "TRUE"),
                reach(Model.DECISIONS, "LostToUnsafe").with("EnvFailover", "TRUE"),
                reach(Model.VOTES, "ReadOnlyPruned"),
                reach(Model.VOTES, "IntentDropped").with("CrashesMax", "1").with("Wrote", "{TRUE}"));
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
