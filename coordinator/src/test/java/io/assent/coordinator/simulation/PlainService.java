package io.assent.coordinator.simulation;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.JoinedBranches;
import io.assent.api.ParticipantUrl;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import io.assent.participant.BranchResource;
import io.assent.participant.Ending;
import io.assent.participant.InDoubtBranch;
import io.assent.participant.InstructionHandler;
import io.assent.participant.Participant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A service without a database of the SDK's: it can't inquire, and keeps reservations durably by itself. */
final class PlainService implements Service, Participant {

    private enum State {
        RESERVED,
        PREPARED,
        COMMITTED,
        ROLLED_BACK
    }

    private static final class Reservation {
        private final Gtrid gtrid;
        private final Bqual bqual;
        private final int account;
        private State state = State.RESERVED;

        private Reservation(Gtrid gtrid, Bqual bqual, int account) {
            this.gtrid = gtrid;
            this.bqual = bqual;
            this.account = account;
        }
    }

    private final World world;
    private final Host host;
    private final ParticipantUrl url;
    private final Map<Bqual, Reservation> reservations = new TreeMap<>();
    private int executions;
    private int stepsLeft;
    private boolean dies;

    PlainService(World world, String name, ParticipantUrl url) {
        this.world = world;
        this.url = url;
        this.host = world.host(name, this::start, () -> {});
    }

    /** What was reserved and not prepared does not outlive the process. */
    private void start() {
        reservations.values().forEach(r -> {
            if (r.state == State.RESERVED) {
                end(r, State.ROLLED_BACK);
            } else if (r.state == State.PREPARED && world.mutated(Mutation.PREP_STABLE)) {
                end(r, State.ROLLED_BACK);
            }
        });
    }

    @Override
    public Host host() {
        return host;
    }

    @Override
    public void startAll() {
        host.start();
    }

    @Override
    public ParticipantUrl url() {
        return url;
    }

    @Override
    public boolean inquires() {
        return false;
    }

    @Override
    public void work(String context, Order order, Consumer<String> reply) {
        TransactionContext parsed = TransactionContext.parse(context);
        int number = world.mutated(Mutation.FRESH_IDS) ? order.number() : ++executions;
        Bqual bqual = new Bqual(host.name + "x" + number);
        BranchId id = new BranchId(url, bqual);
        world.trace.note(host.name, world.witness.nameOf(parsed.gtrid()), "works: " + order.doing());
        boolean locked = reservations.values().stream()
                .anyMatch(
                        r -> r.account == order.account() && (r.state == State.RESERVED || r.state == State.PREPARED));
        if (order.doing() == Doing.FAIL || locked) {
            Branch no = new Branch(id, Inquiring.CANNOT, new Vote.No("refused"));
            reply.accept(new JoinedBranches(List.of(no), null).toHeader());
            return;
        }
        Reservation made = new Reservation(parsed.gtrid(), bqual, order.account());
        reservations.put(bqual, made);
        step();
        // An unprepared reservation may go by itself; a prepared one never does (rule R7).
        host.after(parsed.remaining().plus(Duration.ofSeconds(1)), () -> {
            if (made.state == State.RESERVED) {
                end(made, State.ROLLED_BACK);
            }
        });
        if (world.mutated(Mutation.NO_EARLY_N)) {
            made.state = State.PREPARED;
            world.witness.prepared(host.name, parsed.gtrid(), bqual);
        }
        reply.accept(new JoinedBranches(List.of(new Branch(id, Inquiring.CANNOT, null)), null).toHeader());
    }

    @Override
    public void instruct(List<Instruction> instructions, Consumer<List<InstructionResult>> reply) {
        reply.accept(new InstructionHandler(BranchResource.of(this)).handle(instructions));
    }

    @Override
    public Vote prepare(Gtrid gtrid, Bqual bqual) {
        Reservation reservation = reservations.get(bqual);
        step();
        if (reservation == null || reservation.state == State.ROLLED_BACK || reservation.state == State.COMMITTED) {
            return world.mutated(Mutation.VOTE_TRUTH) ? new Vote.Prepared("") : new Vote.No("nothing reserved");
        }
        if (reservation.state == State.RESERVED) {
            reservation.state = State.PREPARED;
            world.witness.prepared(host.name, gtrid, bqual);
        }
        step();
        return new Vote.Prepared("");
    }

    @Override
    public Ending commit(Gtrid gtrid, Bqual bqual, String evidence) {
        Reservation reservation = reservations.get(bqual);
        if (reservation == null) {
            return world.mutated(Mutation.ACK_EVIDENCE) ? Ending.COMMITTED : Ending.UNKNOWN;
        }
        step();
        if (reservation.state == State.PREPARED) {
            end(reservation, State.COMMITTED);
        }
        step();
        boolean done = reservation.state == State.COMMITTED || world.mutated(Mutation.ACK_EVIDENCE);
        return done ? Ending.COMMITTED : Ending.ROLLED_BACK;
    }

    @Override
    public Ending rollback(Gtrid gtrid, Bqual bqual, String evidence) {
        Reservation reservation = reservations.get(bqual);
        if (reservation == null) {
            return Ending.ROLLED_BACK;
        }
        step();
        if (reservation.state == State.COMMITTED) {
            return Ending.COMMITTED;
        }
        if (reservation.state != State.ROLLED_BACK) {
            end(reservation, State.ROLLED_BACK);
        }
        step();
        return Ending.ROLLED_BACK;
    }

    @Override
    public List<InDoubtBranch> inDoubt() {
        return List.of();
    }

    private void end(Reservation reservation, State state) {
        reservation.state = state;
        if (state == State.COMMITTED) {
            world.witness.committed(host.name, reservation.gtrid, reservation.bqual);
        } else {
            world.witness.rolledBack(host.name, reservation.gtrid, reservation.bqual);
        }
    }

    private void step() {
        if (dies && stepsLeft-- <= 0) {
            dies = false;
            throw new Host.Died();
        }
    }

    @Override
    public void breakAt(int step, Breakage breakage) {
        stepsLeft = step;
        dies = true;
    }

    @Override
    public void rollBackByHand(int choice) {
        List<Reservation> prepared = reservations.values().stream()
                .filter(r -> r.state == State.PREPARED)
                .toList();
        if (!prepared.isEmpty()) {
            Reservation chosen = prepared.get(Math.floorMod(choice, prepared.size()));
            world.witness.brokenInto(host.name, chosen.gtrid, chosen.bqual, "rolls back by hand");
            end(chosen, State.ROLLED_BACK);
        }
    }

    @Override
    public void backUp() {}

    @Override
    public void restore() {}

    @Override
    public void settleHeld() {}

    @Override
    public String inUse() {
        List<String> open = reservations.values().stream()
                .filter(r -> r.state == State.RESERVED || r.state == State.PREPARED)
                .map(r -> r.bqual + " " + r.state)
                .toList();
        return open.isEmpty() ? "" : open.toString();
    }
}
