package io.assent.postgres;

import io.assent.api.ParticipantUrl;
import io.assent.participant.SweepSettings;
import java.time.Duration;

/**
 * How a {@link PostgresParticipant} behaves. Immutable; change with the {@code with} methods.
 *
 * @param service names the service in every gid: 1 to 63 characters of {@code a-z 0-9 -}. All instances that share a
 *     database share it, and finish each other's branches; no two services in one database may share it.
 * @param url where the coordinator sends instructions for the branches; under {@link Voting#ON_PREPARE} it must lead
 *     to this very instance
 * @param voting when branches vote
 * @param lockTimeout how long a statement of a branch waits for a lock
 * @param idleTimeout how long a branch may stand idle in work before it is rolled back; never a prepared one (rule R7)
 * @param limitScope for how long lockTimeout and idleTimeout are set on a connection of the pool
 * @param heldBranchesMax how many branches may be held open at once under {@link Voting#ON_PREPARE}; each occupies a
 *     connection
 * @param connectionsPerBatchMax how many connections one batch of instructions may use at once: each COMMIT PREPARED
 *     waits for the disk by itself, and several at once share the flush
 * @param durability what the start check demands
 * @param sweep when to ask about branches in doubt
 */
public record PostgresSettings(
        String service,
        ParticipantUrl url,
        Voting voting,
        Duration lockTimeout,
        Duration idleTimeout,
        LimitScope limitScope,
        int heldBranchesMax,
        int connectionsPerBatchMax,
        Durability durability,
        SweepSettings sweep) {

    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final int HELD_BRANCHES_MAX = 32;
    private static final int CONNECTIONS_PER_BATCH_MAX = 8;

    public PostgresSettings {
        BranchGid.checkService(service);
        positive("lockTimeout", lockTimeout);
        positive("idleTimeout", idleTimeout);
        positive("heldBranchesMax", heldBranchesMax);
        positive("connectionsPerBatchMax", connectionsPerBatchMax);
    }

    /** Voting ON_RETURN, lock timeout 5 s and idle timeout 30 s kept in the session, 32 held branches, 8 connections a batch. */
    public static PostgresSettings of(String service, ParticipantUrl url) {
        return new PostgresSettings(
                service,
                url,
                Voting.ON_RETURN,
                LOCK_TIMEOUT,
                IDLE_TIMEOUT,
                LimitScope.SESSION,
                HELD_BRANCHES_MAX,
                CONNECTIONS_PER_BATCH_MAX,
                Durability.REQUIRED,
                SweepSettings.DEFAULT);
    }

    public PostgresSettings withVoting(Voting newVoting) {
        return new PostgresSettings(
                service,
                url,
                newVoting,
                lockTimeout,
                idleTimeout,
                limitScope,
                heldBranchesMax,
                connectionsPerBatchMax,
                durability,
                sweep);
    }

    public PostgresSettings withLockTimeout(Duration newLockTimeout) {
        return new PostgresSettings(
                service,
                url,
                voting,
                newLockTimeout,
                idleTimeout,
                limitScope,
                heldBranchesMax,
                connectionsPerBatchMax,
                durability,
                sweep);
    }

    public PostgresSettings withIdleTimeout(Duration newIdleTimeout) {
        return new PostgresSettings(
                service,
                url,
                voting,
                lockTimeout,
                newIdleTimeout,
                limitScope,
                heldBranchesMax,
                connectionsPerBatchMax,
                durability,
                sweep);
    }

    public PostgresSettings withLimitScope(LimitScope newLimitScope) {
        return new PostgresSettings(
                service,
                url,
                voting,
                lockTimeout,
                idleTimeout,
                newLimitScope,
                heldBranchesMax,
                connectionsPerBatchMax,
                durability,
                sweep);
    }

    public PostgresSettings withHeldBranchesMax(int newHeldBranchesMax) {
        return new PostgresSettings(
                service,
                url,
                voting,
                lockTimeout,
                idleTimeout,
                limitScope,
                newHeldBranchesMax,
                connectionsPerBatchMax,
                durability,
                sweep);
    }

    public PostgresSettings withConnectionsPerBatchMax(int newConnectionsPerBatchMax) {
        return new PostgresSettings(
                service,
                url,
                voting,
                lockTimeout,
                idleTimeout,
                limitScope,
                heldBranchesMax,
                newConnectionsPerBatchMax,
                durability,
                sweep);
    }

    public PostgresSettings withDurability(Durability newDurability) {
        return new PostgresSettings(
                service,
                url,
                voting,
                lockTimeout,
                idleTimeout,
                limitScope,
                heldBranchesMax,
                connectionsPerBatchMax,
                newDurability,
                sweep);
    }

    public PostgresSettings withSweep(SweepSettings newSweep) {
        return new PostgresSettings(
                service,
                url,
                voting,
                lockTimeout,
                idleTimeout,
                limitScope,
                heldBranchesMax,
                connectionsPerBatchMax,
                durability,
                newSweep);
    }

    private static void positive(String setting, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(setting + "=" + value + " must be at least 1 ms");
        }
    }

    private static void positive(String setting, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(setting + "=" + value + " must be at least 1");
        }
    }
}
