package io.assent.coordinator.engine.port;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.DecisionLog.Cursor;
import io.assent.coordinator.engine.port.DecisionLog.OverdueIntent;
import io.assent.coordinator.engine.port.DecisionLog.Page;
import io.assent.coordinator.engine.port.DecisionLog.Tracked;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one log database has for recovery. Each log of several has a backlog of its own, so that one which does not answer keeps
 * nobody from finishing what another has. Thread-safe; consumers are called as those of {@link DecisionLog}.
 */
public interface Backlog {

    /** Whether this is the log that has the transaction, if any has. */
    boolean holds(Gtrid gtrid);

    /**
     * Unfinished decided transactions, in pages, without reading the history.
     *
     * @param after where the previous page ended, or null for the first
     * @param limit how many are looked at; a batch is never split
     * @param wanted asked of each that is tracked, in any thread; only the rows of these are read
     */
    void unfinished(@Nullable Cursor after, int limit, Predicate<Tracked> wanted, Consumer<Page> then);

    /**
     * Intents whose deadline is over by the log's clock, the oldest first.
     *
     * @param after where the previous page ended, or null for the first
     */
    void overdueIntents(@Nullable OverdueIntent after, int limit, Consumer<List<OverdueIntent>> then);
}
