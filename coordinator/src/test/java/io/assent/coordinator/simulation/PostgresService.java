package io.assent.coordinator.simulation;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.ParticipantUrl;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import io.assent.participant.AbsencePolicy;
import io.assent.participant.BranchResource;
import io.assent.participant.InDoubtBranch;
import io.assent.participant.InstructionHandler;
import io.assent.postgres.PostgresSettings;
import io.assent.postgres.SimulatedBranches;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A service with the real participant of the SDK on a simulated database. */
final class PostgresService implements Service, Session.Steps {

    private static final Duration OVERDUE_INTERVAL = Duration.ofSeconds(1);

    private final World world;
    private final Host host;
    /** Another instance of the service on the same database, which only sweeps. */
    private final Host twin;

    private final PostgresSettings settings;
    private final AbsencePolicy absence;
    private final Database database;
    private final Dice dice;
    private int executions;
    private int stepsLeft;
    private @Nullable Breakage breakage;

    private @Nullable SimulatedBranches branches;
    private @Nullable InstructionHandler handler;

    PostgresService(World world, String name, PostgresSettings settings, AbsencePolicy absence, Dice dice) {
        this.world = world;
        this.settings = settings;
        this.absence = absence;
        this.dice = dice;
        this.database = new Database(world, name);
        this.host = world.host(name, this::start, this::died);
        this.twin = world.host(name + "b", this::startTwin, () -> {});
    }

    @Override
    public Host host() {
        return host;
    }

    @Override
    public void startAll() {
        host.start();
        twin.start();
    }

    @Override
    public ParticipantUrl url() {
        return settings.url();
    }

    @Override
    public boolean inquires() {
        return true;
    }

    private void start() {
        SimulatedBranches started = new SimulatedBranches(
                Session.source(database, world, this), settings, this::mint, world.timeline::nowNanos);
        branches = started;
        handler = new InstructionHandler(new Mutated(started.resource()));
        new Sweeping(world, host, started.resource(), absence, dice).start();
        host.after(OVERDUE_INTERVAL, this::endOverdue);
    }

    private void startTwin() {
        Session.Steps undisturbed = new Session.Steps() {
            @Override
            public void before(String sql) {}

            @Override
            public void after(String sql) {}
        };
        SimulatedBranches started = new SimulatedBranches(
                Session.source(database, world, undisturbed), settings, this::mint, world.timeline::nowNanos);
        new Sweeping(world, twin, started.resource(), absence, dice.named("twin")).start();
    }

    private void died() {
        branches = null;
        database.sessionsEnd();
    }

    private Bqual mint(Duration remaining) {
        return SimulatedBranches.bqual(remaining, host.name + "x" + ++executions);
    }

    // --- work

    @Override
    public void work(String context, Order order, Consumer<String> reply) {
        TransactionContext parsed = TransactionContext.parse(context);
        TransactionScope scope = TransactionScope.open(parsed, world.timeline::nowNanos);
        if (world.mutated(Mutation.FRESH_IDS)) {
            executions = order.number();
        }
        world.trace.note(host.name, world.witness.nameOf(parsed.gtrid()), "works: " + order.doing());
        try (TransactionScope.Binding _ = scope.bind()) {
            Objects.requireNonNull(branches).run(scope, connection -> {
                try (Statement statement = connection.createStatement()) {
                    boolean _ = statement.execute(
                            order.doing() == Doing.READ ? Session.READ : Session.WRITE + order.account());
                }
                if (order.doing() == Doing.FAIL) {
                    throw new SQLException("insufficient funds", "23514");
                }
            });
        } catch (SQLException | io.assent.participant.BranchRefusedException e) {
            world.trace.note(host.name, world.witness.nameOf(parsed.gtrid()), "fails: " + e.getMessage());
        }
        scope.joined().branches().forEach(b -> {
            if (b.vote() instanceof Vote.ReadOnly) {
                world.witness.readOnly(host.name, parsed.gtrid(), b.id().bqual());
            }
        });
        reply.accept(scope.joined().toHeader());
    }

    private void endOverdue() {
        Objects.requireNonNull(branches).endOverdue();
        host.after(OVERDUE_INTERVAL, this::endOverdue);
    }

    // --- instructions

    @Override
    public void instruct(List<Instruction> instructions, Consumer<List<InstructionResult>> reply) {
        reply.accept(Objects.requireNonNull(handler).handle(instructions));
    }

    /** The real resource, but for rules that are left out. */
    private final class Mutated implements BranchResource {
        private final BranchResource real;

        private Mutated(BranchResource real) {
            this.real = real;
        }

        @Override
        public List<InstructionResult> carryOut(List<Instruction> instructions) {
            List<InstructionResult> results = real.carryOut(instructions);
            for (InstructionResult result : results) {
                if (result.result() == Result.READ_ONLY) {
                    world.witness.readOnly(host.name, result.gtrid(), result.bqual());
                }
            }
            return results.stream().map(this::mutated).toList();
        }

        private InstructionResult mutated(InstructionResult result) {
            boolean unproven = world.mutated(Mutation.ACK_EVIDENCE)
                    && (result.result() == Result.HEURISTIC_ROLLBACK || result.result() == Result.HEURISTIC_HAZARD);
            if (unproven) {
                return new InstructionResult(result.gtrid(), result.bqual(), Result.COMMITTED, "", "");
            }
            boolean untrue = world.mutated(Mutation.VOTE_TRUTH) && result.result() == Result.NO;
            return untrue ? new InstructionResult(result.gtrid(), result.bqual(), Result.PREPARED, "", "") : result;
        }

        @Override
        public List<InDoubtBranch> inDoubt() throws Exception {
            return real.inDoubt();
        }
    }

    // --- steps

    @Override
    public void breakAt(int step, Breakage how) {
        stepsLeft = step;
        breakage = how;
    }

    @Override
    public void before(String sql) throws SQLException {
        step(Breakage.DIE_BEFORE, Breakage.CONNECTION_BEFORE, sql, "before");
    }

    @Override
    public void after(String sql) throws SQLException {
        step(Breakage.DIE_AFTER, Breakage.CONNECTION_AFTER, sql, "after");
    }

    private void step(Breakage dying, Breakage breaking, String sql, String when) throws SQLException {
        if (breakage != dying && breakage != breaking) {
            return;
        }
        if (stepsLeft-- > 0) {
            return;
        }
        Breakage now = breakage;
        breakage = null;
        String statement = sql.lines().findFirst().orElse("");
        String shown = statement.substring(0, Math.min(30, statement.length()));
        world.trace.note(host.name, "", (now == dying ? "dies " : "loses its connection ") + when + " " + shown);
        if (now == dying) {
            throw new Host.Died();
        }
        throw new SQLException("connection lost", "08006");
    }

    // --- operators

    @Override
    public void rollBackByHand(int choice) {
        database.rollBackByHand(choice);
    }

    @Override
    public void backUp() {
        database.backUp();
    }

    @Override
    public void restore() {
        boolean up = host.isUp();
        host.die();
        database.restore();
        if (up) {
            host.start();
        }
    }

    @Override
    public void settleHeld() {
        for (Database.Prepared held : database.prepared()) {
            var gtrid = Database.gtrid(held.gid());
            boolean below = gtrid.compareTo(world.log.floor()) < 0 && !world.log.hasRow(gtrid);
            if (below && absence == AbsencePolicy.HOLD) {
                world.trace.note(host.name, world.witness.nameOf(gtrid), "an operator settles a branch that is held");
                BranchId id = new BranchId(url(), Database.bqual(held.gid()));
                boolean commit = world.witness.truth(gtrid, id) == Decision.COMMIT;
                database.settle(held.gid(), commit ? Database.Status.COMMITTED : Database.Status.ABORTED);
            }
        }
    }

    @Override
    public String inUse() {
        return database.inUse();
    }
}
