package io.assent.samples.bench.jta;

import java.io.IOException;

/** Narayana with decisions in its journal store, as a load process. */
public final class NarayanaJournal {

    private NarayanaJournal() {}

    public static void main(String[] arguments) throws IOException {
        Narayana.serve(Narayana.Store.JOURNAL);
    }
}
