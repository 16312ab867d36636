package io.assent.samples.demo;

import io.assent.api.Decision;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What is prepared in which bank at one moment, and what the log says. */
final class InDoubt {

    private static final int GTRID_POSITION = 2;

    private final List<Bank> banks;
    private final Log log;

    InDoubt(List<Bank> banks, Log log) {
        this.banks = banks;
        this.log = log;
    }

    /** What there is of one transaction. */
    record Situation(Optional<Decision> row, List<String> preparedAt) {

        @Override
        public String toString() {
            String decision = row.map(d -> "the log says " + d).orElse("no row in the log");
            return decision + ", prepared in " + (preparedAt.isEmpty() ? "no bank" : String.join(" and ", preparedAt));
        }
    }

    /**
     * @param byBank the branches by the name of the bank
     * @param unfinished the transactions that the log has decided and not yet finished
     */
    record Snapshot(Map<String, Set<String>> byBank, Set<String> unfinished) {

        int branches() {
            return byBank.values().stream().mapToInt(Set::size).sum();
        }

        Set<String> gtrids() {
            return byBank.values().stream()
                    .flatMap(Collection::stream)
                    .map(InDoubt::gtrid)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    Snapshot now() {
        return new Snapshot(prepared(), log.unfinished());
    }

    Map<String, Set<String>> prepared() {
        Map<String, Set<String>> prepared = new TreeMap<>();
        banks.forEach(bank -> prepared.put(bank.name(), bank.prepared()));
        return prepared;
    }

    int branches() {
        return prepared().values().stream().mapToInt(Set::size).sum();
    }

    Situation of(String gtrid) {
        List<String> preparedAt = prepared().entrySet().stream()
                .flatMap(bank -> bank.getValue().stream()
                        .filter(branch -> gtrid(branch).equals(gtrid))
                        .map(_ -> bank.getKey()))
                .toList();
        return new Situation(log.decision(gtrid), preparedAt);
    }

    /** Whether none of these branches is left. */
    boolean areGone(Snapshot earlier) {
        Map<String, Set<String>> now = prepared();
        return earlier.byBank().entrySet().stream()
                .allMatch(bank ->
                        bank.getValue().stream().noneMatch(now.getOrDefault(bank.getKey(), Set.of())::contains));
    }

    /** A branch is named {@code assent:<service>:<gtrid>:<bqual>}. */
    static String gtrid(String branch) {
        String[] parts = branch.split(":", -1);
        return parts.length > GTRID_POSITION ? parts[GTRID_POSITION] : "";
    }
}
