package io.assent.samples.faults;

import io.assent.api.CrashPoints;
import io.assent.api.Gtrid;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds whoever reaches an armed crash point; the one who armed it then looks around, and kills the process or lets it go.
 * Found by {@link java.util.ServiceLoader}. Does nothing without the environment variable {@value Holds#VARIABLE}.
 */
public final class HoldingCrashPoints implements CrashPoints {

    private final Optional<Holds> holds =
            Optional.ofNullable(System.getenv(Holds.VARIABLE)).map(Path::of).map(Holds::new);

    private final Set<String> reached = ConcurrentHashMap.newKeySet();

    @Override
    public void reached(String point, Gtrid gtrid) {
        holds.ifPresent(h -> {
            if (reached.add(point)) {
                h.note(point);
            }
            h.holdIfArmed(point, gtrid);
        });
    }
}
