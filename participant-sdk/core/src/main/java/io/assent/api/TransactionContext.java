package io.assent.api;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What travels with a request that is sent inside a global transaction, in the header {@value #HEADER}:
 * {@code v=1;gtrid=0192…;ttl=29500}.
 *
 * @param remaining how long until the transaction's deadline, as a duration so that no two clocks need agree; zero if
 *     it is over
 */
public record TransactionContext(Gtrid gtrid, Duration remaining) {

    public static final String HEADER = "Assent-Context";
    private static final int HEADER_LENGTH_MAX = 256;
    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,10}");

    public TransactionContext {
        if (remaining.isNegative()) {
            remaining = Duration.ZERO;
        }
    }

    public String toHeader() {
        return "v=1;gtrid=" + gtrid + ";ttl=" + remaining.toMillis();
    }

    /** @throws MalformedException if the text is not a header of version 1; fields it does not know are passed over */
    public static TransactionContext parse(String header) {
        if (header.length() > HEADER_LENGTH_MAX) {
            throw malformed(header);
        }
        Map<String, String> fields = new HashMap<>();
        for (String part : header.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals <= 0
                    || fields.put(
                                    part.substring(0, equals).strip(),
                                    part.substring(equals + 1).strip())
                            != null) {
                throw malformed(header);
            }
        }
        String gtrid = fields.get("gtrid");
        String ttl = fields.get("ttl");
        if (!"1".equals(fields.get("v"))
                || gtrid == null
                || ttl == null
                || !MILLIS.matcher(ttl).matches()) {
            throw malformed(header);
        }
        return new TransactionContext(Gtrid.parse(gtrid), Duration.ofMillis(Long.parseLong(ttl)));
    }

    private static MalformedException malformed(String header) {
        return new MalformedException(HEADER, header, "must be v=1;gtrid=<UUIDv7>;ttl=<milliseconds>");
    }
}
