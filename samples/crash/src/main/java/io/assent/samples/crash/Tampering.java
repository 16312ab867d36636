package io.assent.samples.crash;

/** What the network does to a message. */
enum Tampering {
    /** The request never arrives, and the connection breaks. */
    DROP_REQUEST,
    /** The request arrives, its reply does not, and the connection breaks. */
    DROP_REPLY,
    /** The request arrives a second time after it was answered; the sender gets the first reply. */
    TWICE
}
