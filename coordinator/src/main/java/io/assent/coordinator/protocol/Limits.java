package io.assent.coordinator.protocol;

/** @param branchesMax the most branches of one transaction */
public record Limits(int branchesMax) {}
