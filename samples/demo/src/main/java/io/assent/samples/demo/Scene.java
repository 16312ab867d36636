package io.assent.samples.demo;

/** All that a kill concerns: the processes, the work they are doing, and those who look on. */
record Scene(Cluster cluster, Workload workload, Pace pace, InDoubt inDoubt, Log log, Rings rings, Screen screen) {

    /** Whether another replica can take over from one that is killed. */
    boolean hasOtherReplicas() {
        return cluster.coordinators().size() > 1;
    }
}
