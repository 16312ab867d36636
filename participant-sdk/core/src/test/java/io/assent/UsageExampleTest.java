package io.assent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of the package documentation: it compiles because it stands here, and the test says that it is the same. */
final class UsageExampleTest {

    static void example() throws IOException {
        // begin
        try (Assent assent = Assent.connect("http://localhost:8080", "http://localhost:8081")) {
            HttpRequest debit = HttpRequest.newBuilder(URI.create("http://north:8082/debit?cents=500"))
                    .POST(BodyPublishers.noBody())
                    .build();
            HttpRequest credit = HttpRequest.newBuilder(URI.create("http://south:8083/credit?cents=500"))
                    .POST(BodyPublishers.noBody())
                    .build();
            String receipt = assent.inTransaction(transaction -> {
                transaction.send(debit, BodyHandlers.discarding());
                return transaction.send(credit, BodyHandlers.ofString()).body();
            });
            System.out.println(receipt);
        } catch (TransactionAbortedException e) {
            System.err.println("nothing was moved: " + e.getMessage());
        }
        // end
    }

    @Test
    void theDocumentedExampleIsTheOneThatCompiles() throws IOException {
        List<String> documented =
                between(Path.of("src/main/java/io/assent/package-info.java"), "<pre>{@code", "}</pre>");
        List<String> compiled = between(Path.of("src/test/java/io/assent/UsageExampleTest.java"), "// begin", "// end");
        assertThat(documented).isNotEmpty().isEqualTo(compiled);
    }

    private static List<String> between(Path file, String begin, String end) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.strip().replaceFirst("^\\*\\s*", "").strip())
                .dropWhile(line -> !line.endsWith(begin))
                .skip(1)
                .takeWhile(line -> !line.equals(end))
                .toList();
    }
}
