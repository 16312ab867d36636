package io.assent.participant;

import java.time.Duration;

/**
 * When a participant asks about its branches in doubt.
 *
 * @param firstAfter from the start to the first sweep
 * @param interval from the end of one sweep to the next
 * @param backOffMax the longest wait while the coordinator or the resource can't be reached; the wait doubles up to it
 * @param absence what to do with a branch that the coordinator no longer knows
 */
public record SweepSettings(Duration firstAfter, Duration interval, Duration backOffMax, AbsencePolicy absence) {

    /** First after 1 s, then every 5 s, backing off to 30 s; absent branches are held. */
    public static final SweepSettings DEFAULT =
            new SweepSettings(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30), AbsencePolicy.HOLD);

    public SweepSettings {
        if (firstAfter.isNegative() || interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException(
                    "sweep firstAfter=" + firstAfter + " interval=" + interval + ": the interval must be positive");
        }
        if (backOffMax.compareTo(interval) < 0) {
            throw new IllegalArgumentException(
                    "sweep backOffMax=" + backOffMax + " must be at least the interval " + interval);
        }
    }

    public SweepSettings withFirstAfter(Duration newFirstAfter) {
        return new SweepSettings(newFirstAfter, interval, backOffMax, absence);
    }

    public SweepSettings withInterval(Duration newInterval) {
        Duration backOff = backOffMax.compareTo(newInterval) < 0 ? newInterval : backOffMax;
        return new SweepSettings(firstAfter, newInterval, backOff, absence);
    }

    public SweepSettings withAbsence(AbsencePolicy newAbsence) {
        return new SweepSettings(firstAfter, interval, backOffMax, newAbsence);
    }

    /** How long to wait after so many failed sweeps in a row. */
    Duration delayAfter(int failuresInARow) {
        Duration delay = interval;
        for (int i = 0; i < failuresInARow && delay.compareTo(backOffMax) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(backOffMax) < 0 ? delay : backOffMax;
    }
}
