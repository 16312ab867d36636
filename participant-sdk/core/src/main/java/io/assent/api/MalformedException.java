package io.assent.api;

/**
 * Input from outside that does not have the documented form. Names the field, the value as it came (cut to a bounded
 * length) and what would be right.
 */
public final class MalformedException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;
    private static final int VALUE_LENGTH_MAX = 80;

    private final String field;
    private final String value;
    private final String remedy;

    public MalformedException(String field, String value, String remedy) {
        super(cut(field) + " '" + cut(value) + "' " + remedy);
        this.field = cut(field);
        this.value = cut(value);
        this.remedy = remedy;
    }

    public String field() {
        return field;
    }

    /** The offending value, at most 80 characters of it, control characters replaced. */
    public String value() {
        return value;
    }

    /** What the field must look like. */
    public String remedy() {
        return remedy;
    }

    private static String cut(String value) {
        String shown = BoundedText.cleaned(value, VALUE_LENGTH_MAX);
        return value.length() <= VALUE_LENGTH_MAX ? shown : shown + "…";
    }
}
