package io.assent.participant;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.api.Vote;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps reservations in memory; enough of a participant to show what its endpoint makes of its answers. */
final class MemoryParticipant implements Participant {

    enum State {
        RESERVED,
        PREPARED,
        COMMITTED,
        ROLLED_BACK
    }

    private final Map<BranchKey, State> branches = new LinkedHashMap<>();

    synchronized void put(Gtrid gtrid, Bqual bqual, State state) {
        branches.put(new BranchKey(gtrid, bqual), state);
    }

    @Override
    public synchronized Vote prepare(Gtrid gtrid, Bqual bqual) {
        State state = branches.get(new BranchKey(gtrid, bqual));
        if (state != State.RESERVED && state != State.PREPARED) {
            return new Vote.No("nothing reserved");
        }
        put(gtrid, bqual, State.PREPARED);
        return new Vote.Prepared("e" + bqual);
    }

    @Override
    public synchronized Ending commit(Gtrid gtrid, Bqual bqual, String evidence) {
        State state = branches.get(new BranchKey(gtrid, bqual));
        if (state == State.PREPARED) {
            put(gtrid, bqual, State.COMMITTED);
            return Ending.COMMITTED;
        }
        return state == null ? Ending.UNKNOWN : ending(state);
    }

    @Override
    public synchronized Ending rollback(Gtrid gtrid, Bqual bqual, String evidence) {
        State state = branches.get(new BranchKey(gtrid, bqual));
        if (state == State.COMMITTED) {
            return Ending.COMMITTED;
        }
        put(gtrid, bqual, State.ROLLED_BACK);
        return Ending.ROLLED_BACK;
    }

    @Override
    public synchronized List<InDoubtBranch> inDoubt() {
        List<InDoubtBranch> inDoubt = new ArrayList<>();
        branches.forEach((key, state) -> {
            if (state == State.PREPARED) {
                inDoubt.add(new InDoubtBranch(key.gtrid(), key.bqual(), Inquiry.Deadline.PASSED, "", "delete it"));
            }
        });
        return inDoubt;
    }

    private static Ending ending(State state) {
        return state == State.COMMITTED ? Ending.COMMITTED : Ending.ROLLED_BACK;
    }
}
