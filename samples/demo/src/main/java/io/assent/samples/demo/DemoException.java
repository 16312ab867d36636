package io.assent.samples.demo;

/** Something without which the demo cannot go on; the message is for the person who started it. */
public final class DemoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DemoException(String message) {
        super(message);
    }
}
