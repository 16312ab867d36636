package io.assent.samples.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/** Lines that stay and one that changes, with colours where they are wanted. Thread-safe. */
final class Terminal {

    /** What a text means. */
    enum Ink {
        GOOD("32"),
        BAD("31"),
        NOTABLE("33"),
        STRONG("1"),
        FAINT("2");

        private final String code;

        Ink(String code) {
            this.code = code;
        }
    }

    private static final String ESCAPE = "\u001b[";
    private static final String CLEAR_LINE = "\r" + ESCAPE + "K";

    private final PrintStream out;
    private final boolean inPlace;
    private final boolean colours;
    private String line = "";

    private Terminal(PrintStream out, boolean inPlace, boolean colours) {
        this.out = out;
        this.inPlace = inPlace;
        this.colours = colours;
    }

    /** In place and coloured on a terminal, plain in a pipe or file; NO_COLOR is respected (no-color.org). */
    static Terminal of(PrintStream out, Map<String, String> environment) {
        boolean interactive = Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent()
                && !environment.getOrDefault("TERM", "").equals("dumb");
        boolean wanted = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(out, interactive, interactive && wanted);
    }

    static Terminal plain(PrintStream out) {
        return new Terminal(out, false, false);
    }

    /** Whether a line can change in place; elsewhere it should not change often. */
    boolean isInPlace() {
        return inPlace;
    }

    synchronized void print(String text) {
        if (inPlace) {
            out.print(CLEAR_LINE);
        }
        out.println(text);
        redraw();
    }

    /** Shows the line that changes; an empty one removes it. */
    synchronized void show(String text) {
        line = text;
        if (inPlace) {
            out.print(CLEAR_LINE);
            redraw();
        } else if (!text.isEmpty()) {
            out.println(text);
        }
    }

    String paint(Ink ink, String text) {
        return colours ? ESCAPE + ink.code + "m" + text + ESCAPE + "0m" : text;
    }

    private void redraw() {
        if (inPlace) {
            out.print(line);
            out.flush();
        }
    }
}
