package io.assent.samples.bench.jta;

import java.io.IOException;

/** Narayana with decisions in its file store, as a load process. */
public final class NarayanaFile {

    private NarayanaFile() {}

    public static void main(String[] arguments) throws IOException {
        Narayana.serve(Narayana.Store.FILE);
    }
}
