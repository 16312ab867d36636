package io.assent.samples.crash;

import io.assent.samples.crash.Payment.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks at all databases: is anything left, and do the books say what clients were told? */
record Books(Parties parties) {

    private static final long OPENING_BALANCE = 1_000_000;

    /** Accounts for every payment, in every bank. */
    void open() {
        for (String bank : Parties.BANKS) {
            parties.database(bank)
                    .execute("INSERT INTO account SELECT 'a' || i, " + OPENING_BALANCE + " FROM generate_series(0, "
                            + (Client.ACCOUNTS - 1) + ") AS i");
        }
    }

    /** Branches in doubt, transactions unfinished and intents; in words, empty if nothing is left. */
    List<String> left() {
        List<String> left = new ArrayList<>();
        for (String bank : Parties.BANKS) {
            parties.database(bank)
                    .texts("SELECT gid FROM pg_prepared_xacts")
                    .forEach(gid -> left.add(bank + " has prepared " + gid));
        }
        parties.log()
                .texts("SELECT DISTINCT unnest(gtrids) FROM unfinished")
                .forEach(gtrid -> left.add("unfinished " + gtrid));
        parties.log().texts("SELECT gtrid FROM intent").forEach(gtrid -> left.add("intent " + gtrid));
        return left;
    }

    /** What is wrong with the books; empty if they balance. */
    List<String> wrong(List<Payment> payments) {
        List<String> wrong = new ArrayList<>();
        Map<String, Set<String>> booked = new HashMap<>();
        long money = 0;
        for (String bank : Parties.BANKS) {
            Database database = parties.database(bank);
            booked.put(bank, new HashSet<>(database.texts("SELECT payment FROM entry")));
            long balance = database.number("SELECT sum(balance) FROM account");
            long entries = database.number("SELECT coalesce(sum(amount), 0) FROM entry");
            money += balance;
            if (balance != OPENING_BALANCE * Client.ACCOUNTS + entries) {
                wrong.add(bank + " has " + balance + ", but its entries sum up to " + entries);
            }
        }
        if (money != OPENING_BALANCE * Client.ACCOUNTS * Parties.BANKS.size()) {
            wrong.add("money was made or lost: " + money);
        }
        for (Payment payment : payments) {
            List<String> showing = payment.banks().stream()
                    .filter(bank -> booked.getOrDefault(bank, Set.of()).contains(payment.id()))
                    .toList();
            boolean all = showing.equals(payment.banks());
            boolean agrees =
                    (all && payment.told() != Told.ABORTED) || (showing.isEmpty() && payment.told() != Told.COMMITTED);
            if (!agrees) {
                wrong.add(payment + " is in the books of " + showing);
            }
        }
        return wrong;
    }
}
