package io.assent.coordinator;

import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A setting that is missing or can't be right. Names the setting, its value and the way out. */
final class WrongSettingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** As settings say it: {@code queue-max '0' must be 1 to 10}. */
    private static final Pattern REFUSED = Pattern.compile("([\\w -]+) '(.*?)' (must .*)");

    /** @param setting such as {@code assent.database.url} */
    WrongSettingException(String setting, String value, String remedy) {
        super("setting " + setting + " (environment: " + variable(setting) + ") "
                + (value.isEmpty() ? "is missing: it " : "is '" + value + "': it ") + remedy);
    }

    boolean says(WrongSettingException other) {
        return String.valueOf(getMessage()).equals(other.getMessage());
    }

    /** Makes settings from a configuration; what they refuse is a wrong setting with this prefix. */
    static <T> T checked(String prefix, Supplier<T> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException e) {
            Matcher refused = REFUSED.matcher(e.getMessage() == null ? "" : e.getMessage());
            if (!refused.matches()) {
                throw e;
            }
            throw new WrongSettingException(prefix + "." + kebab(refused.group(1)), refused.group(2), refused.group(3));
        }
    }

    /** The last word of a record component's name as a setting has it. */
    static String kebab(String name) {
        String last = name.substring(name.lastIndexOf(' ') + 1);
        return last.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** The variable of the environment that gives the setting. */
    static String variable(String setting) {
        return setting.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
