package io.assent.samples.torture;

import io.assent.samples.demo.Account;
import io.assent.samples.demo.AccountName;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The accounts that some clients move money between, in each bank as many.
 *
 * @param prefix of their names
 * @param balance of each at the beginning, in cents
 * @param amountMax of one transfer
 */
record Accounts(String prefix, int perBank, long balance, int amountMax) {

    /** Hardly ever do two transfers meet. */
    static final Accounts MANY = new Accounts("m", 400, 1_000_000, 500);

    /** Transfers wait for each other, in circles too, and money runs out. */
    static final Accounts FEW = new Accounts("f", 3, 1_000, 300);

    List<Account> of(String bank) {
        return IntStream.range(0, perBank)
                .mapToObj(i -> new Account(new AccountName(bank, prefix + i), balance))
                .toList();
    }

    /** A transfer between any two of them, also of one bank; either the debit or the credit comes first. */
    List<Leg> transfer(Random random) {
        AccountName from = any(random);
        AccountName to = any(random);
        while (to.equals(from)) {
            to = any(random);
        }
        long amount = 1L + random.nextInt(amountMax);
        List<Leg> legs = List.of(new Leg(from, -amount), new Leg(to, amount));
        return random.nextBoolean() ? legs : legs.reversed();
    }

    static Stream<Account> all(String bank) {
        return Stream.concat(MANY.of(bank).stream(), FEW.of(bank).stream());
    }

    private AccountName any(Random random) {
        String bank = Town.BANKS.get(random.nextInt(Town.BANKS.size()));
        return new AccountName(bank, prefix + random.nextInt(perBank));
    }
}
