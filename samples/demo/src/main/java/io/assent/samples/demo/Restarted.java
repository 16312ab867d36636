package io.assent.samples.demo;

import java.time.Duration;

/**
 * One replica's part in a rolling restart.
 *
 * @param stopped from SIGTERM to the end of the process
 * @param back from SIGTERM until it could be used again
 * @param belowHalf how long throughput stayed below half of that before, of the time that it took to stop and start
 * @param longestWait of a client for an answer meanwhile
 * @param commits that clients were told of meanwhile
 */
record Restarted(
        String replica, Duration stopped, Duration back, Duration belowHalf, Duration longestWait, long commits) {}
