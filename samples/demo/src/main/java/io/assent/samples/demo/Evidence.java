package io.assent.samples.demo;

import io.assent.api.Decision;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that the audit judges by: what clients were told, and what the databases hold when all is quiet.
 *
 * @param transfers how many were to be made
 * @param answers what was answered to each
 * @param banks the books of every bank, by name
 * @param decisions what the log says, by gtrid
 * @param unfinished the transactions that the log still lists as unfinished
 * @param crashesPlanned how many processes were to be killed
 * @param kills those that were
 */
record Evidence(
        int transfers,
        Map<Transfer, Answer> answers,
        Map<String, Books> banks,
        Map<String, Decision> decisions,
        Set<String> unfinished,
        int crashesPlanned,
        List<Kill> kills) {

    Evidence {
        answers = Map.copyOf(answers);
        banks = Map.copyOf(banks);
        decisions = Map.copyOf(decisions);
        unfinished = Set.copyOf(unfinished);
        kills = List.copyOf(kills);
    }

    /**
     * One bank's books.
     *
     * @param before all its money before the first transfer, in cents
     * @param after all its money now
     * @param prepared the branches that are still in doubt
     */
    record Books(long before, long after, List<Bank.Entry> entries, Set<String> prepared) {

        Books {
            entries = List.copyOf(entries);
            prepared = Set.copyOf(prepared);
        }
    }
}
