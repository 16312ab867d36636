package io.assent.coordinator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.coordinator.simulation.Plan.Cast;
import io.assent.coordinator.simulation.Plan.Fault;
import io.assent.coordinator.simulation.Plan.Item;
import io.assent.coordinator.simulation.Plan.Manner;
import io.assent.coordinator.simulation.Plan.Otherwise;
import io.assent.coordinator.simulation.Plan.Piece;
import io.assent.coordinator.simulation.Plan.ServiceKind;
import io.assent.coordinator.simulation.Plan.Transfer;
import io.assent.coordinator.simulation.Plan.Trouble;
import io.assent.coordinator.simulation.Plan.Wish;
import io.assent.coordinator.simulation.Service.Doing;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Defects that a simulation found, each with the shortest plan that showed it. */
class FoundBySimulationTest {

    /**
     * A replica whose memory is full of transactions that had found a participant's queue full read no page of what is
     * unfinished any more, and offered again only what it met there: it kept them for ever, and took up no others.
     */
    @Test
    void aDeliveryThatFoundAFullQueueIsOfferedAgainAlsoByAReplicaThatIsFull() {
        holds(
                629,
                new Cast(2, List.of(ServiceKind.EARLY, ServiceKind.PLAIN), true, true),
                new Transfer(
                        3,
                        36_809,
                        Manner.LISTED,
                        8312,
                        0,
                        List.of(new Piece(0, Doing.WRITE, 30), new Piece(0, Doing.READ, 31)),
                        Wish.COMMIT,
                        Otherwise.OTHER_LIST,
                        2,
                        0,
                        3054),
                new Transfer(
                        4,
                        18_324,
                        Manner.LISTED,
                        4769,
                        0,
                        List.of(
                                new Piece(0, Doing.WRITE, 40),
                                new Piece(0, Doing.WRITE, 41),
                                new Piece(0, Doing.WRITE, 42)),
                        Wish.COMMIT,
                        Otherwise.ROLL_BACK,
                        0,
                        3151,
                        8284),
                new Fault(11_141, Trouble.STALL_STANDBY, 11, 786, 24_287),
                new Fault(2079, Trouble.ONE_WAY, 4, 644, 36_554));
    }

    /** While a probe of a silent participant was under way, its lane armed a timer of no length again and again. */
    @Test
    void aLaneWaitsForItsProbeWithoutGoingRoundAndRound() {
        holds(
                118,
                new Cast(3, List.of(ServiceKind.PLAIN, ServiceKind.EARLY), false, true),
                new Transfer(
                        2,
                        33_253,
                        Manner.LISTED,
                        9705,
                        0,
                        List.of(
                                new Piece(0, Doing.READ, 20),
                                new Piece(1, Doing.WRITE, 21),
                                new Piece(0, Doing.READ, 22)),
                        Wish.COMMIT,
                        Otherwise.GIVE_UP,
                        0,
                        2129,
                        2983),
                new Transfer(
                        5,
                        28_940,
                        Manner.LISTED,
                        6973,
                        0,
                        List.of(
                                new Piece(1, Doing.READ, 50),
                                new Piece(0, Doing.WRITE, 51),
                                new Piece(1, Doing.WRITE, 52)),
                        Wish.COMMIT,
                        Otherwise.OTHER_LIST,
                        0,
                        1181,
                        685),
                new Fault(25_488, Trouble.PARTITION, 9, 711, 20_855));
    }

    /**
     * The deadline of the votes was armed only once the intent was durable, so a conversation whose intent never became
     * durable never ended. The id lies below the floor, where no intent is recorded: before that was refused, branches
     * that can't inquire were prepared there and nobody could decide for them any more.
     */
    @Test
    void votesHaveADeadlineAlsoWhileTheIntentIsNotDurable() {
        holds(
                34,
                new Cast(
                        1,
                        List.of(ServiceKind.PLAIN, ServiceKind.HELD, ServiceKind.EARLY, ServiceKind.PLAIN),
                        true,
                        false),
                new Transfer(
                        0,
                        2354,
                        Manner.LISTED,
                        4796,
                        27_379,
                        List.of(new Piece(3, Doing.WRITE, 0)),
                        Wish.COMMIT,
                        Otherwise.OTHER_LIST,
                        1,
                        3145,
                        33_312));
    }

    /** An intent that named a read-only voter stayed for ever, if the row did not list that branch. */
    @Test
    void anIntentGoesAlsoIfABranchOfItHasVotedReadOnly() {
        holds(
                185,
                new Cast(
                        2,
                        List.of(ServiceKind.EARLY, ServiceKind.HELD, ServiceKind.EARLY, ServiceKind.PLAIN),
                        false,
                        true),
                new Transfer(
                        3,
                        4933,
                        Manner.ENLISTED,
                        8228,
                        0,
                        List.of(
                                new Piece(3, Doing.WRITE, 30),
                                new Piece(1, Doing.WRITE, 31),
                                new Piece(0, Doing.READ, 32)),
                        Wish.COMMIT,
                        Otherwise.ROLL_BACK,
                        2,
                        2954,
                        1263),
                new Fault(7105, Trouble.FAIL_OVER, 1, 800, 2748));
    }

    private static void holds(long seed, Cast cast, Item... items) {
        Plan plan = new Plan(seed, cast, 50_000, List.of(items));
        Simulation.Result result = Simulation.run(plan, Set.of(), Trace.Keeping.LINES);
        assertThat(result.violation())
                .as(() -> String.join("\n", result.lines()))
                .isNull();
    }
}
