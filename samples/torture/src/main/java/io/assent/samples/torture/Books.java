package io.assent.samples.torture;

import io.assent.api.Decision;
import io.assent.samples.demo.AccountName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the databases of the banks and of the log hold when all is quiet.
 *
 * @param before the balances with which accounts were opened
 * @param accounts what is in them now
 * @param entries what each payment has done, each as {@link Leg} writes it, sorted
 * @param decisions what the log says, by gtrid
 * @param prepared the branches that are still in doubt
 * @param unfinished the transactions that the log still lists as unfinished
 * @param heuristic the branches that ended against the decision, or of which nobody can tell
 */
record Books(
        Map<AccountName, Long> before,
        Map<AccountName, State> accounts,
        Map<String, List<String>> entries,
        Map<String, Decision> decisions,
        Set<String> prepared,
        Set<String> unfinished,
        Set<String> heuristic) {

    private static final State NOTHING = new State(0, 0);

    /** @param version how many payments have changed the account */
    record State(long balance, long version) {}

    Books {
        before = Map.copyOf(before);
        accounts = Map.copyOf(accounts);
        entries = Map.copyOf(entries);
        decisions = Map.copyOf(decisions);
        prepared = Set.copyOf(prepared);
        unfinished = Set.copyOf(unfinished);
        heuristic = Set.copyOf(heuristic);
    }

    State state(AccountName account) {
        return accounts.getOrDefault(account, NOTHING);
    }
}
