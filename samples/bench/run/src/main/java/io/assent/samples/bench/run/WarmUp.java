package io.assent.samples.bench.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How long candidates work before they are measured: for as long as the person said, else until the compilers of the Java
 * machines have nearly nothing left to do, which takes one candidate longer than another and would be measured as the cost
 * of its transactions. Candidates take turns, as they are measured: a process that idles for minutes is paged out. So do the points,
 * from the last one on: what one client needs is not compiled by the work of many.
 */
final class WarmUp {

    static final int TURN_SECONDS = 10;
    static final int LEAST_SECONDS = 60;
    static final int MOST_SECONDS = 300;

    /** Of the processor time of a candidate's Java processes, over one turn at each point. */
    static final double QUIET_SHARE = 0.05;

    private final List<Point> points;
    private final int least;
    private final int most;
    private final Deque<List<Times>> round = new ArrayDeque<>();

    /** @param seconds how long each candidate works, if the person said so */
    WarmUp(List<Point> points, Optional<Integer> seconds) {
        this.points = List.copyOf(points);
        this.least = seconds.orElse(LEAST_SECONDS);
        this.most = seconds.orElse(MOST_SECONDS);
    }

    /**
     * Processor times of Java processes, in milliseconds.
     *
     * @param compilers of the threads that compile
     * @param all of all threads, these included
     */
    record Times(long compilers, long all) {

        static final Times NONE = new Times(0, 0);

        Times plus(Times other) {
            return new Times(compilers + other.compilers, all + other.all);
        }

        /** Since then. A compiler's thread that has ended since takes its times with it. */
        Times since(Times before) {
            return new Times(Math.max(0, compilers - before.compilers), Math.max(0, all - before.all));
        }

        double share() {
            return all == 0 ? 0 : compilers / (double) all;
        }
    }

    /** Lets every candidate work for so long, and says what each used for it, in their order. */
    interface Turn {
        List<Times> work(Point point, int seconds);
    }

    /** Returns for how many seconds each candidate has worked. */
    int run(Turn turn) {
        int worked = 0;
        int point = points.size() - 1;
        while (worked < most && !(worked >= least && isQuiet())) {
            int seconds = Math.min(TURN_SECONDS, most - worked);
            round.addLast(turn.work(points.get(point), seconds));
            if (round.size() > points.size()) {
                round.removeFirst();
            }
            worked += seconds;
            point = point == 0 ? points.size() - 1 : point - 1;
        }
        return worked;
    }

    /** What compilers took of each candidate's processor time over the latest turns, one at each point. */
    List<Double> shares() {
        int candidates = round.isEmpty() ? 0 : round.getFirst().size();
        return IntStream.range(0, candidates)
                .mapToObj(i -> round.stream().map(turn -> turn.get(i)).reduce(Times.NONE, Times::plus))
                .map(Times::share)
                .toList();
    }

    /** How long it takes at least and at most, for people. */
    @Override
    public String toString() {
        return (least == most ? most : least + " to " + most) + " s for each candidate";
    }

    private boolean isQuiet() {
        return round.size() == points.size() && shares().stream().allMatch(share -> share <= QUIET_SHARE);
    }
}
