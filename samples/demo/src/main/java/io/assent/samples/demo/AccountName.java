package io.assent.samples.demo;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An account at a bank, written {@code north:alice}. */
public record AccountName(String bank, String id) {

    private static final Pattern FORM = Pattern.compile("([a-z]+):([a-z][a-z0-9]{0,30})");

    /** @throws InvalidLineException if the text does not have the form of an account */
    static AccountName parse(String column, String text) throws InvalidLineException {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidLineException(column + " '" + text + "' must look like bank:account");
        }
        return new AccountName(matcher.group(1), matcher.group(2));
    }

    @Override
    public String toString() {
        return bank + ":" + id;
    }
}
