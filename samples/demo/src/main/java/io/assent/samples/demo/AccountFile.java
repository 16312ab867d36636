package io.assent.samples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The accounts of {@code accounts.csv}. Unlike a transfer, an account that can't be read ends the demo: all would be wrong. */
final class AccountFile {

    static final String HEADER = "id,bank,balance";

    private static final int COLUMNS = 3;
    private static final Pattern BALANCE = Pattern.compile("[0-9]{1,15}");

    private AccountFile() {}

    static List<Account> parse(List<String> text) {
        if (text.isEmpty() || !text.getFirst().strip().equals(HEADER)) {
            throw new IllegalArgumentException("the first line of the accounts must be '" + HEADER + "'");
        }
        List<Account> accounts = new ArrayList<>();
        for (int i = 1; i < text.size(); i++) {
            try {
                accounts.add(account(text.get(i)));
            } catch (InvalidLineException e) {
                throw new IllegalArgumentException("accounts, line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return List.copyOf(accounts);
    }

    private static Account account(String line) throws InvalidLineException {
        String[] columns = line.split(",", -1);
        if (columns.length != COLUMNS || !BALANCE.matcher(columns[2].strip()).matches()) {
            throw new InvalidLineException("'" + line + "' must be " + HEADER + " with a balance in whole cents");
        }
        AccountName name = AccountName.parse("account", columns[1].strip() + ":" + columns[0].strip());
        return new Account(name, Long.parseLong(columns[2].strip()));
    }
}
