package io.assent.coordinator.adapter.postgres;

import io.assent.coordinator.adapter.postgres.MembershipStatements.Holder;
import io.assent.coordinator.adapter.postgres.MembershipStatements.Roll;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas;
import io.assent.coordinator.engine.port.Replicas.Duty;
import io.assent.coordinator.engine.port.Replicas.Member;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Membership by a row in PostgreSQL that each replica renews. A replica that can't renew goes on with the replicas that it knew: it
 * does no harm, and its standing says so. One thread and one connection of its own, so that a log that is busy does not make its
 * replicas look dead; its writes wait for no flush, since losing one is like being late.
 *
 * <p>Thread-safe.
 */
public final class PostgresMembership implements Membership, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresMembership.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);
    private static final Duration CLAIM_PAUSE = Duration.ofMillis(100);

    private final String databaseUrl;
    private final Properties properties;
    private final MembershipSettings settings;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private @Nullable Connection connection;
    private volatile Replicas replicas;
    private volatile Standing standing = new Standing(Optional.empty());
    private volatile boolean known;
    private long servingSinceNanos;
    private long renewedNanos = System.nanoTime();
    private long lenientUntilNanos = renewedNanos;
    private final Object wish = new Object();
    /** What the row is to say; guarded by {@link #wish}. */
    private Member self;

    private boolean changed;
    private boolean closed;

    private PostgresMembership(LogSettings log, MembershipSettings settings, Member self) {
        this.databaseUrl = LogDataSource.url(log);
        this.properties = LogDataSource.properties(log);
        this.properties.setProperty("ApplicationName", "assent-membership");
        this.properties.setProperty("socketTimeout", seconds(settings.goneAfter()));
        this.properties.setProperty("connectTimeout", seconds(settings.goneAfter()));
        this.settings = settings;
        this.self = self;
        this.replicas = Replicas.of(self.incarnation(), List.of(self), settings.ring());
        this.thread = Thread.ofPlatform().name("assent-membership").daemon(true).unstarted(this::run);
    }

    /**
     * Claims the id and reads who else is there. Others see this replica, and give it no work before {@link #serve}. Waits for the
     * id as long as a process that died with it may still count as alive.
     *
     * @throws ReplicaIdTakenException if another process that is alive has the id
     * @throws LogUnusableException if the database does not answer
     */
    public static PostgresMembership join(LogSettings log, MembershipSettings settings, String id, UUID incarnation) {
        Member self = new Member(id, incarnation, "", Duty.JOINING);
        PostgresMembership membership = new PostgresMembership(log, settings, self);
        try {
            membership.claim(self);
            membership.renew(self);
        } catch (SQLException e) {
            membership.disconnect();
            throw new LogUnusableException("replica '" + id + "' could not join the others: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            membership.disconnect();
            throw e;
        }
        membership.thread.start();
        return membership;
    }

    @Override
    public Replicas replicas() {
        return replicas;
    }

    @Override
    public Standing standing() {
        return standing;
    }

    @Override
    public void onChange(Runnable action) {
        listeners.add(action);
    }

    /** From now on this replica takes work at this URL; the others hear of it within the renew interval. */
    public void serve(String url) {
        wish(member -> new Member(member.id(), member.incarnation(), url, Duty.SERVING));
    }

    /** Whether all others know by now that this replica serves, and so pass on to it what it holds. */
    public boolean isKnown() {
        return known;
    }

    /** From now on the others have this replica's work; it is still reachable for what it has begun. */
    public void leave() {
        wish(member -> new Member(member.id(), member.incarnation(), member.url(), Duty.LEAVING));
    }

    /** Takes the row out, so that nobody has to wait for it to grow old. */
    @Override
    public void close() {
        synchronized (wish) {
            closed = true;
            wish.notifyAll();
        }
        try {
            if (!thread.join(CLOSE_WAIT)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Change {
        Member of(Member self);
    }

    private void wish(Change change) {
        synchronized (wish) {
            self = change.of(self);
            changed = true;
            wish.notifyAll();
        }
    }

    private void run() {
        try {
            for (Member now = next(); now != null; now = next()) {
                renewOrSayWhy(now);
            }
            MembershipStatements.leave(connect(), self());
        } catch (InterruptedException e) {
            LOG.debug("membership interrupted");
        } catch (SQLException | RuntimeException e) {
            LOG.warn("replica could not say that it left; others wait until it is gone error=\"{}\"", e.getMessage());
        } finally {
            disconnect();
        }
    }

    /** @return what to say when the interval is over or something has changed; null at the end */
    private @Nullable Member next() throws InterruptedException {
        long end = System.nanoTime() + settings.renewInterval().toNanos();
        synchronized (wish) {
            while (!changed && !closed) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                wish.wait(left / 1_000_000, (int) (left % 1_000_000));
            }
            changed = false;
            return closed ? null : self;
        }
    }

    private Member self() {
        synchronized (wish) {
            return self;
        }
    }

    private void renewOrSayWhy(Member now) {
        try {
            renew(now);
        } catch (SQLException | RuntimeException e) {
            disconnect();
            trouble("can't renew its membership: " + e.getMessage());
            show(
                    now,
                    replicas.alive().stream()
                            .filter(m -> !m.id().equals(now.id()))
                            .toList());
        }
    }

    private void renew(Member now) throws SQLException {
        Connection open = connect();
        CoordinatorCrashPoint.BEFORE_RENEW.reached();
        Roll roll = MembershipStatements.renew(open, now, settings);
        CoordinatorCrashPoint.AFTER_RENEW.reached();
        if (roll.forgotten()) {
            MembershipStatements.forget(open, settings.forgetAfter());
        }
        if (roll.renewed() || MembershipStatements.claim(open, now, settings.goneAfter())) {
            wellAgain();
        } else {
            String holder = MembershipStatements.holder(open, now.id())
                    .map(h -> "incarnation " + h.incarnation() + " at '" + h.url() + "'")
                    .orElse("nobody any more");
            trouble("its id '" + now.id() + "' has been taken by " + holder);
        }
        show(now, alive(roll));
        settle(now);
    }

    /**
     * Who could not reach the database itself has missed the others' renewals, which they may have missed as well: for as long as
     * they have to renew again he believes that they are still there. Else the first one back would take over the work of all.
     */
    private List<Member> alive(Roll roll) {
        long now = System.nanoTime();
        if (now - renewedNanos > settings.goneAfter().toNanos()) {
            lenientUntilNanos = now + settings.goneAfter().toNanos();
        }
        renewedNanos = now;
        if (now - lenientUntilNanos >= 0) {
            return roll.others();
        }
        List<Member> alive = new ArrayList<>(roll.others());
        roll.silent().stream().filter(m -> replicas.isAlive(m.incarnation())).forEach(alive::add);
        return alive;
    }

    /** The others read who serves once in each interval. */
    private void settle(Member shown) {
        if (shown.duty() == Duty.SERVING && !known) {
            long now = System.nanoTime();
            servingSinceNanos = servingSinceNanos == 0 ? now : servingSinceNanos;
            known = replicas.alive().size() == 1
                    || now - servingSinceNanos > settings.renewInterval().toNanos();
        }
    }

    private void show(Member now, List<Member> others) {
        List<Member> all = new ArrayList<>(others);
        all.add(now);
        if (Set.copyOf(all).equals(Set.copyOf(replicas.alive()))) {
            return; // a ring is not made for nothing
        }
        Replicas fresh = Replicas.of(now.incarnation(), all, settings.ring());
        replicas = fresh;
        LOG.info(
                "replicas changed ring={} serving={} alive={}",
                fresh.version(),
                fresh.serving().stream().map(Member::id).toList(),
                fresh.alive().stream().map(Member::id).toList());
        listeners.forEach(Runnable::run);
    }

    private void trouble(String what) {
        if (standing.trouble().isEmpty()) {
            LOG.warn("replica goes on unseen by the others cause=\"{}\"", what);
        }
        standing = new Standing(Optional.of(what));
    }

    private void wellAgain() {
        if (standing.trouble().isPresent()) {
            LOG.info("replica is seen by the others again");
        }
        standing = new Standing(Optional.empty());
    }

    /** A process that was killed a moment ago still has the id; one that is alive renews while we watch. */
    private void claim(Member now) throws SQLException {
        Connection open = connect();
        Optional<Holder> first = MembershipStatements.holder(open, now.id());
        long end = System.nanoTime() + 2 * settings.goneAfter().toNanos();
        while (!MembershipStatements.claim(open, now, settings.goneAfter())) {
            Optional<Holder> holder = MembershipStatements.holder(open, now.id());
            boolean renewed = holder.isPresent() && !holder.equals(first);
            if (renewed || System.nanoTime() - end > 0) {
                throw new ReplicaIdTakenException(
                        "replica id '" + now.id() + "' is in use by a running replica"
                                + holder.map(h -> " at '" + h.url() + "'").orElse("")
                                + ": stop that one, or give this one its own assent.replica-id (environment: ASSENT_REPLICA_ID) and assent.url");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(CLAIM_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnusableException("interrupted while waiting for the replica's id");
        }
    }

    private Connection connect() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = DriverManager.getConnection(databaseUrl, properties);
            connection = open;
            try (Statement statement = open.createStatement()) {
                statement.execute("SET synchronous_commit = off");
            }
        }
        return open;
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("connection already gone", e);
            }
        }
    }

    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.toSeconds()));
    }
}
