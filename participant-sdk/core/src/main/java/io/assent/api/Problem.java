package io.assent.api;

/**
 * An error as the coordinator reports it (problem+json, RFC 9457, with the members of docs/PROTOCOL.md).
 *
 * @param code such as {@code LIST_MISMATCH}; the one thing that programs go by
 * @param detail for people
 * @param field what was wrong, or empty
 * @param value the offending value, or empty
 * @param remedy what would be right, or empty
 */
public record Problem(String code, String detail, String field, String value, String remedy) {

    /** Reads a problem document; members it does not know are passed over.
     * @throws MalformedException if it is none, or has no code */
    public static Problem read(byte[] body) {
        return read(JsonObject.parse(body));
    }

    /** As {@link #read(byte[])}. */
    public static Problem read(JsonObject object) {
        return new Problem(
                object.string("code"),
                object.optionalString("detail")
                        .or(() -> object.optionalString("title"))
                        .orElse(""),
                object.optionalString("field").orElse(""),
                object.optionalString("value").orElse(""),
                object.optionalString("remedy").orElse(""));
    }

    @Override
    public String toString() {
        String about = field.isEmpty() ? "" : " [" + field + " '" + value + "']";
        return code + ": " + detail + about + (remedy.isEmpty() ? "" : " (" + remedy + ")");
    }
}
