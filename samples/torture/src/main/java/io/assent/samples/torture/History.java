package io.assent.samples.torture;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.assent.samples.demo.Json;
import io.assent.samples.torture.Event.Answer;
import io.assent.samples.torture.Event.Asked;
import io.assent.samples.torture.Event.Intent;
import io.assent.samples.torture.Event.Told;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The history of a run as a file of JSON lines: what was asked stands there before it is sent. Thread-safe. */
final class History implements AutoCloseable {

    /** Some hours of load; then clients stop. */
    static final int EVENTS_MAX = 5_000_000;

    private static final JsonFactory FACTORY = new JsonFactory();

    private final BufferedWriter file;
    private int events;

    History(Path path) {
        try {
            file = Files.newBufferedWriter(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isFull() {
        synchronized (file) {
            return events >= EVENTS_MAX;
        }
    }

    void add(Event event) {
        String line = line(event);
        try {
            synchronized (file) {
                events++;
                file.write(line);
                file.newLine();
                file.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands in a file, in its order. */
    static List<Event> read(Path path) {
        try (Stream<String> lines = Files.lines(path)) {
            return lines.map(History::event).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(Event event) {
        Writer text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("at", Instant.now().toString());
            json.writeStringField("gtrid", event.gtrid());
            switch (event) {
                case Asked asked -> {
                    json.writeStringField("asked", asked.intent().name());
                    json.writeStringField("payment", asked.payment());
                    json.writeStringField(
                            "legs", asked.legs().stream().map(Leg::toString).collect(Collectors.joining(" ")));
                }
                case Told told -> {
                    json.writeStringField("told", told.answer().name());
                    json.writeStringField("detail", told.detail());
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static Event event(String line) {
        try {
            Map<String, String> fields = Json.texts(line);
            String gtrid = field(fields, "gtrid");
            if (fields.containsKey("told")) {
                return new Told(gtrid, Answer.valueOf(field(fields, "told")), field(fields, "detail"));
            }
            List<Leg> legs = Arrays.stream(field(fields, "legs").split(" ", -1))
                    .map(Leg::parse)
                    .toList();
            return new Asked(gtrid, field(fields, "payment"), Intent.valueOf(field(fields, "asked")), legs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a line of the history lacks '" + name + "'");
        }
        return value;
    }
}
