package io.assent.samples.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Wrote the files in samples/data, and writes the same ones again. Every ordinary transfer is covered by what the account
 * had at the start, in whatever order they run, so which ones abort is known in advance: the overdrafts and those from or
 * to nobody.
 */
final class SampleData {

    static final int TRANSFERS = 2400;

    private static final long SEED = 20260101;
    private static final int ACCOUNTS_PER_BANK = 200;
    private static final int AMOUNT_MIN = 100;
    private static final int AMOUNT_MAX = 25_000;
    private static final long MORE_THAN_ANYBODY_HAS = 50_000_000;
    private static final List<String> BANKS = List.of("north", "south");
    private static final List<String> NAMES = List.of(
            "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim", "leo", "mallory",
            "nina", "olivia", "peggy", "quentin", "rupert", "sybil", "trent");

    private final Random random = new Random(SEED);
    private final Map<String, Long> spent = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();

    private SampleData() {}

    /** Writes accounts.csv and transfers.csv into the directory that is named. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        SampleData data = generate();
        Files.write(directory.resolve("transfers.csv"), data.transfers());
        Files.write(directory.resolve("accounts.csv"), data.accounts());
    }

    static SampleData generate() {
        SampleData data = new SampleData();
        BANKS.forEach(bank -> data.openAccounts(bank));
        for (int i = 1; i <= TRANSFERS; i++) {
            data.lines.add(data.line(i));
        }
        return data;
    }

    List<String> transfers() {
        List<String> all = new ArrayList<>(List.of(TransferFile.HEADER));
        all.addAll(lines);
        return all;
    }

    List<String> accounts() {
        Random savings = new Random(SEED);
        List<String> all = new ArrayList<>(List.of(AccountFile.HEADER));
        spent.forEach((name, amount) -> {
            int colon = name.indexOf(':');
            long balance = amount + AMOUNT_MAX + savings.nextInt(AMOUNT_MAX);
            all.add(name.substring(colon + 1) + "," + name.substring(0, colon) + "," + balance);
        });
        return all;
    }

    private void openAccounts(String bank) {
        for (int i = 0; i < ACCOUNTS_PER_BANK; i++) {
            int round = i / NAMES.size();
            spent.put(bank + ":" + NAMES.get(i % NAMES.size()) + (round == 0 ? "" : round + 1), 0L);
        }
    }

    private String line(int i) {
        String payment = "p-" + i;
        String from = account(i % 2);
        // Most go from one bank to the other, one in 25 stays within its bank.
        String to = i % 25 == 8 ? another(from, i % 2) : account((i + 1) % 2);
        if (i % 400 == 121) {
            return lines.get(i - 51); // sent twice
        }
        if (i % 1000 == 61) {
            return payment + "," + from + "," + to + ",-" + amount();
        }
        if (i % 1200 == 97) {
            return payment + "," + from + "," + to;
        }
        if (i % 1400 == 149) {
            return payment + "," + from + "," + to + ",ten";
        }
        if (i == 777) {
            return payment + "," + from + "," + from + "," + amount();
        }
        if (i % 50 == 17) {
            return payment + "," + from + "," + to + "," + (MORE_THAN_ANYBODY_HAS + amount());
        }
        if (i % 160 == 33) {
            return payment + "," + nobody(i % 2) + "," + to + "," + amount();
        }
        if (i % 160 == 113) {
            return payment + "," + from + "," + nobody((i + 1) % 2) + "," + spend(from);
        }
        return payment + "," + from + "," + to + "," + spend(from);
    }

    private String account(int bank) {
        List<String> names = List.copyOf(spent.keySet());
        return names.get(bank * ACCOUNTS_PER_BANK + random.nextInt(ACCOUNTS_PER_BANK));
    }

    private String another(String account, int bank) {
        String other = account(bank);
        return other.equals(account) ? another(account, bank) : other;
    }

    private static String nobody(int bank) {
        return BANKS.get(bank) + ":nobody";
    }

    private long spend(String account) {
        long amount = amount();
        spent.merge(account, amount, Long::sum);
        return amount;
    }

    private long amount() {
        return (long) AMOUNT_MIN + random.nextInt(AMOUNT_MAX - AMOUNT_MIN);
    }
}
