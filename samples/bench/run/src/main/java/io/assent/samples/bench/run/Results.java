package io.assent.samples.bench.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.assent.samples.bench.run.MemoryTrial.Used;
import io.assent.samples.bench.run.RecoveryTrial.Recovered;
import io.assent.samples.demo.DemoException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The results as JSON, one object a line, each written as soon as it is known. */
final class Results {

    private static final JsonFactory JSON = new JsonFactory();

    private final Optional<Path> file;

    private Results(Optional<Path> file) {
        this.file = file;
    }

    /** Empties the file, or makes it. */
    static Results to(Optional<Path> file) {
        file.ifPresent(path -> {
            try {
                Files.writeString(path, "");
            } catch (IOException e) {
                throw new DemoException("--out " + path + " cannot be written: " + e.getMessage());
            }
        });
        return new Results(file);
    }

    void add(Measurement measurement) {
        file.ifPresent(path -> append(path, line(measurement)));
    }

    void add(Recovered recovered) {
        file.ifPresent(path -> append(path, line(recovered)));
    }

    void add(Used used) {
        file.ifPresent(path -> append(path, line(used)));
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static String object(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    static String line(Recovered recovered) {
        return object(json -> {
            json.writeStringField("candidate", Contender.ASSENT.label());
            json.writeStringField("workload", Series.W7.name());
            RecoveryTrial.Task task = recovered.task();
            json.writeStringField("variant", task.since().name().toLowerCase(Locale.ROOT));
            json.writeNumberField("clients", 0);
            json.writeNumberField("run", task.run());
            json.writeNumberField("unfinished", task.unfinished());
            json.writeNumberField("history", task.history());
            json.writeNumberField("ready_ms", recovered.readyMillis());
            json.writeNumberField("first_delivery_ms", recovered.firstMillis());
            json.writeNumberField("last_delivery_ms", recovered.lastMillis());
            number(json, "deliveries_per_s", recovered.deliveriesPerSecond());
            // Else the trial had ended with an error.
            json.writeBooleanField("books_balance", true);
        });
    }

    static String line(Used used) {
        return object(json -> {
            json.writeStringField("candidate", Contender.ASSENT.label());
            json.writeStringField("workload", Series.W8.name());
            json.writeStringField("variant", Used.VARIANT);
            json.writeNumberField("clients", used.clients());
            json.writeNumberField("run", used.run());
            json.writeNumberField("in_flight", used.inFlight());
            json.writeNumberField("heap_bytes", used.heapBytes());
            number(json, "heap_bytes_per_tx", used.bytesPerTransaction());
            json.writeBooleanField("books_balance", true);
        });
    }

    static String line(Measurement m) {
        return object(json -> {
            json.writeStringField("candidate", m.contender().label());
            json.writeStringField("workload", m.point().series().name());
            json.writeStringField("variant", m.point().variant().label());
            json.writeNumberField("clients", m.point().clients());
            json.writeNumberField("run", m.run());
            number(json, "seconds", m.load().elapsedNanos() / 1e9);
            json.writeNumberField("committed", m.load().committed());
            json.writeNumberField("aborted", m.load().aborted());
            number(json, "tx_per_s", m.load().perSecond());
            number(json, "p50_ms", m.load().p50());
            number(json, "p99_ms", m.load().p99());
            number(json, "p999_ms", m.load().p999());
            number(json, "max_ms", m.load().max());
            json.writeNumberField("errors", m.load().errors());
            json.writeStringField("first_error", m.load().firstError());
            number(json, "cpu_ms_per_tx", m.cpuMillisOfAll());
            map(json, "cpu_ms_per_tx_by_kind", m.cpuMillisByKind());
            map(json, "cpu_ms_per_tx_by_process", m.cpuMillis());
            logNumber(json, m, "wal_bytes_per_tx", m.walBytesOfLog());
            map(json, "wal_bytes_per_tx_by_server", m.walBytes());
            logNumber(json, m, "log_flushes_per_tx", m.flushesOfLog());
            map(json, "log_flushes_per_tx_by_server", m.flushes());
            number(json, "http_requests_per_tx", m.httpRequests());
            json.writeNumberField("commits_told", m.load().committedInAll());
            json.writeNumberField("outcomes_untold", m.load().failedInAll());
            if (m.commitRows().isPresent()) {
                json.writeNumberField("commit_rows", m.commitRows().get());
            } else {
                json.writeNullField("commit_rows");
            }
            json.writeBooleanField("books_balance", m.booksBalance());
            json.writeStringField("faults", String.join("; ", m.faults()));
        });
    }

    /** Null where decisions go to files, whose flushes nobody counts. */
    private static void logNumber(JsonGenerator json, Measurement m, String name, double value) throws IOException {
        if (m.contender().decidesInPostgres()) {
            number(json, name, value);
        } else {
            json.writeNullField(name);
        }
    }

    private static void map(JsonGenerator json, String name, Map<String, Double> values) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Double> entry : values.entrySet()) {
            number(json, entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    /** Six digits behind the point are more than anything here can be measured to. */
    private static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(Math.round(value * 1e6) / 1e6);
    }

    private static void append(Path path, String line) {
        try {
            Files.writeString(path, line, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new DemoException("--out " + path + " cannot be written: " + e.getMessage());
        }
    }
}
