package io.assent.samples.torture;

import io.assent.samples.demo.AccountName;

/**
 * What a transfer does to one account.
 *
 * @param amount in cents, negative where money is taken
 */
record Leg(AccountName account, long amount) {

    /** Reads {@code north:m1:-5}. */
    static Leg parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("leg '" + text + "' must look like bank:account:amount");
        }
        return new Leg(new AccountName(parts[0], parts[1]), Long.parseLong(parts[2]));
    }

    @Override
    public String toString() {
        return account + ":" + amount;
    }
}
