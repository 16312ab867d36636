package io.assent.samples.bench.candidate;

import io.assent.api.Gtrid;
import io.assent.samples.bench.load.Step;
import io.assent.samples.bench.load.Work;
import java.util.stream.Collectors;

/** Names of prepared transactions of the candidates written by hand. */
final class Gids {

    private Gids() {}

    static String of(Gtrid gtrid, int branch) {
        return "direct:" + gtrid + ":" + branch;
    }

    /** Where the branches are, as a recovery would have to know. */
    static String branches(Work work) {
        return work.steps().stream()
                .map(step -> switch (step) {
                    case Step.Booking booking -> Integer.toString(booking.bank());
                    case Step.Nothing nothing -> Integer.toString(nothing.endpoint());
                })
                .collect(Collectors.joining(","));
    }
}
