package io.assent.samples.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The transfers of a file and the lines that were rejected. Every line is one or the other.
 *
 * @param lines how many lines there were, without the header
 */
record TransferFile(int lines, List<Transfer> transfers, List<RejectedLine> rejected) {

    static final String HEADER = "payment,from,to,amount";

    private static final int COLUMNS = 4;
    private static final Pattern PAYMENT = Pattern.compile("[A-Za-z0-9-]{1,40}");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,15}");

    TransferFile {
        transfers = List.copyOf(transfers);
        rejected = List.copyOf(rejected);
    }

    /**
     * @param text the lines of the file, header first
     * @param banks the names of the banks that there are
     */
    static TransferFile parse(List<String> text, Set<String> banks) {
        if (text.isEmpty() || !text.getFirst().strip().equals(HEADER)) {
            throw new IllegalArgumentException("the first line must be '" + HEADER + "'");
        }
        List<Transfer> transfers = new ArrayList<>();
        List<RejectedLine> rejected = new ArrayList<>();
        Map<String, Integer> lineOfPayment = new HashMap<>();
        for (int i = 1; i < text.size(); i++) {
            int number = i + 1;
            try {
                Transfer transfer = transfer(text.get(i), banks);
                Integer earlier = lineOfPayment.putIfAbsent(transfer.payment(), number);
                if (earlier != null) {
                    throw new InvalidLineException(
                            "payment '" + transfer.payment() + "' is a duplicate of line " + earlier);
                }
                transfers.add(transfer);
            } catch (InvalidLineException e) {
                rejected.add(new RejectedLine(number, String.valueOf(e.getMessage())));
            }
        }
        return new TransferFile(text.size() - 1, transfers, rejected);
    }

    private static Transfer transfer(String line, Set<String> banks) throws InvalidLineException {
        String[] columns = line.split(",", -1);
        if (columns.length != COLUMNS) {
            throw new InvalidLineException(
                    "has " + columns.length + " columns and must have " + COLUMNS + " (" + HEADER + ")");
        }
        String payment = columns[0].strip();
        if (!PAYMENT.matcher(payment).matches()) {
            throw new InvalidLineException("payment '" + payment + "' must be 1 to 40 letters, digits or -");
        }
        AccountName from = account("from", columns[1].strip(), banks);
        AccountName to = account("to", columns[2].strip(), banks);
        if (from.equals(to)) {
            throw new InvalidLineException("from and to are the same account '" + from + "'");
        }
        return new Transfer(payment, from, to, amount(columns[3].strip()));
    }

    private static AccountName account(String column, String text, Set<String> banks) throws InvalidLineException {
        AccountName account = AccountName.parse(column, text);
        if (!banks.contains(account.bank())) {
            throw new InvalidLineException(column + " '" + text + "' names a bank that is none of " + banks);
        }
        return account;
    }

    private static long amount(String text) throws InvalidLineException {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw new InvalidLineException("amount '" + text + "' must be a whole number of cents");
        }
        long amount = Long.parseLong(text);
        if (amount <= 0) {
            throw new InvalidLineException("amount '" + text + "' must be greater than 0");
        }
        return amount;
    }
}
