package io.assent.api;

/**
 * Whether a participant asks by itself about a branch in doubt. One that can't is recovered by the coordinator alone:
 * its branches are made durable as an intent before the first prepare (rule R23).
 */
public enum Inquiring {
    CAN,
    CANNOT
}
