package io.assent.samples.transfer;

import io.micronaut.runtime.Micronaut;

/** Starts the transfer service; what it needs from the environment is in {@code application.yml}. */
final class Application {

    private Application() {}

    public static void main(String[] arguments) {
        Micronaut.build(arguments).mainClass(Application.class).banner(false).start();
    }
}
