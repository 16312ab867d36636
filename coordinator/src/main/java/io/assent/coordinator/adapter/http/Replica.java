package io.assent.coordinator.adapter.http;

import java.util.function.Supplier;

/**
 * This process among the replicas.
 *
 * @param id that the operator gave it
 * @param version of the coordinator
 * @param url where others reach it; known once it listens
 */
public record Replica(String id, String version, Supplier<String> url) {}
