package io.assent.samples.torture;

import io.assent.samples.demo.Account;
import io.assent.samples.demo.AccountName;
import io.assent.samples.demo.Bank;
import io.assent.samples.demo.Log;
import io.assent.samples.demo.Postgres;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Looks into the databases, past the network that is being tortured. */
final class Auditor {

    private final Log log;
    private final List<Bank> banks;
    private final Map<AccountName, Long> before;

    Auditor(Town town) {
        this.log = new Log(town.database(Town.LOG).postgres());
        this.banks = Town.BANKS.stream()
                .map(name -> new Bank(
                        name,
                        town.process(name + "-1").url(),
                        town.database(name).postgres()))
                .toList();
        this.before = Town.BANKS.stream()
                .flatMap(Accounts::all)
                .collect(Collectors.toUnmodifiableMap(Account::name, Account::balance));
    }

    void openAccounts() {
        banks.forEach(bank -> bank.open(Accounts.all(bank.name()).toList()));
    }

    /** Branches in doubt and unfinished transactions. */
    int left() {
        return prepared().size() + log.unfinished().size();
    }

    Books books() {
        Map<AccountName, Books.State> accounts = new HashMap<>();
        Map<String, List<String>> entries = new HashMap<>();
        for (Bank bank : banks) {
            bank.database()
                    .query(
                            "SELECT id, balance, version FROM account",
                            row -> accounts.put(
                                    new AccountName(bank.name(), row.getString(1)),
                                    new Books.State(row.getLong(2), row.getLong(3))));
            bank.entries()
                    .forEach(entry -> entries.computeIfAbsent(entry.payment(), _ -> new ArrayList<>())
                            .add(new Leg(new AccountName(bank.name(), entry.account()), entry.amount()).toString()));
        }
        entries.values().forEach(all -> all.sort(null));
        return new Books(before, accounts, entries, log.decisions(), prepared(), log.unfinished(), heuristic());
    }

    private Set<String> prepared() {
        return banks.stream().flatMap(bank -> bank.prepared().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> heuristic() {
        Postgres database = log.database();
        return new TreeSet<>(database.query(
                "SELECT gtrid::text || ' ' || kind || ' ' || detail FROM heuristic", row -> row.getString(1)));
    }
}
