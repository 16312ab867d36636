package io.assent.api;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Labels by which people search for transactions: at most 8, keys up to 32 and values up to 64 characters. */
public final class Labels {

    public static final int COUNT_MAX = 8;
    public static final int KEY_LENGTH_MAX = 32;
    public static final int VALUE_LENGTH_MAX = 64;

    private Labels() {}

    /** @return an unmodifiable copy, ordered by key
     * @throws MalformedException if a limit is passed */
    public static Map<String, String> checked(Map<String, String> labels) {
        if (labels.size() > COUNT_MAX) {
            throw new MalformedException("labels", labels.toString(), "may be at most " + COUNT_MAX);
        }
        labels.forEach((key, value) -> {
            if (!key.matches("[A-Za-z0-9_.-]{1," + KEY_LENGTH_MAX + "}")) {
                throw new MalformedException(
                        "labels",
                        key,
                        "has a key that is not 1 to " + KEY_LENGTH_MAX + " characters of A-Z a-z 0-9 _ . -");
            }
            if (value.length() > VALUE_LENGTH_MAX || !BoundedText.isClean(value)) {
                throw new MalformedException(
                        "labels." + key,
                        value,
                        "must have at most " + VALUE_LENGTH_MAX + " characters, none of them control");
            }
        });
        return labels.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(labels));
    }
}
