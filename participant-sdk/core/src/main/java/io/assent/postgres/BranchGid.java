package io.assent.postgres;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.MalformedException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a branch as a prepared transaction: {@code assent:<service>:<gtrid>:<bqual>}, at most 172 of the 199
 * bytes that PostgreSQL allows. Only characters that need no quoting.
 */
record BranchGid(String service, Gtrid gtrid, Bqual bqual) {

    private static final Pattern SERVICE = Pattern.compile("[a-z0-9-]{1,63}");
    private static final int GTRID_LENGTH = 36;

    BranchGid {
        checkService(service);
    }

    static void checkService(String service) {
        if (!SERVICE.matcher(service).matches()) {
            throw new MalformedException("service", service, "must be 1 to 63 characters of a-z 0-9 -");
        }
    }

    /** What the gids of all branches of a service begin with, and no gid of another service. */
    static String prefix(String service) {
        return "assent:" + service + ":";
    }

    /**
     * Reads a name found in {@code pg_prepared_xacts}.
     *
     * @return empty if it is not, to the letter, the name of a branch that this service prepared
     */
    static Optional<BranchGid> parse(String service, String gid) {
        String prefix = prefix(service);
        int bqualFrom = prefix.length() + GTRID_LENGTH + 1;
        if (!gid.startsWith(prefix) || gid.length() <= bqualFrom || gid.charAt(bqualFrom - 1) != ':') {
            return Optional.empty();
        }
        try {
            Gtrid gtrid = Gtrid.parse(gid.substring(prefix.length(), bqualFrom - 1));
            BranchGid parsed = new BranchGid(service, gtrid, new Bqual(gid.substring(bqualFrom)));
            boolean ours = parsed.toString().equals(gid)
                    && TimedBqual.timeout(parsed.bqual).isPresent();
            return ours ? Optional.of(parsed) : Optional.empty();
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    String commitSql() {
        return "COMMIT PREPARED '" + this + "'";
    }

    String rollbackSql() {
        return "ROLLBACK PREPARED '" + this + "'";
    }

    String prepareSql() {
        return "PREPARE TRANSACTION '" + this + "'";
    }

    @Override
    public String toString() {
        return prefix(service) + gtrid + ":" + bqual;
    }
}
