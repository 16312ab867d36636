package io.assent.samples.demo;

/** Numbers that a person gave as options. */
final class Numbers {

    private Numbers() {}

    /** @throws UsageException naming the option if its value is no whole number, or out of bounds */
    static long between(String name, String value, long min, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException(name + " must be a whole number and is '" + value + "'.");
        }
        throw new UsageException(name + " must be from " + min + " to " + max + " and is '" + value + "'.");
    }
}
