package io.assent.spec;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of rules in docs/PROTOCOL.md says what there is. */
class RulesTableTest {
    private static final int RULES = 24;
    private static final Path ROOT = Path.of("..", "..");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static final Pattern OUTERMOST = Pattern.compile("^[a-z.]*[A-Z]\\w*");

    /** One line of the table. */
    private record Line(String rule, List<String> flags, List<String> mutations, List<String> keptBy) {}

    @Test
    void everyRuleHasALine() throws IOException {
        assertThat(lines().map(Line::rule).sorted().toList())
                .isEqualTo(Stream.iterate(1, n -> n + 1)
                        .limit(RULES)
                        .map(n -> "R" + n)
                        .sorted()
                        .toList());
    }

    @Test
    void theFlagsOfEveryRuleAreThoseOfTheModels() throws IOException {
        Map<String, List<String>> told = new TreeMap<>();
        lines().forEach(line -> told.put(line.rule(), line.flags()));

        assertThat(told)
                .isEqualTo(Stream.of(Model.values())
                        .flatMap(model -> model.flags().entrySet().stream())
                        .collect(groupingBy(Map.Entry::getValue, TreeMap::new, mapping(Map.Entry::getKey, toList()))));
    }

    @Test
    void everyMutationIsCalledLikeItsFlag() throws IOException {
        assertThat(lines())
                .allSatisfy(line -> assertThat(line.mutations())
                        .isEqualTo(line.flags().stream()
                                .map(RulesTableTest::constant)
                                .toList()));
    }

    @Test
    void theCodeThatKeepsEachRuleExists() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            String sources = files.map(file -> ROOT.relativize(file).toString())
                    .filter(file -> file.contains("src/main/java/"))
                    .collect(joining("\n", "", "\n"));

            assertThat(lines())
                    .allSatisfy(line -> assertThat(line.keptBy())
                            .isNotEmpty()
                            .allSatisfy(name -> assertThat(sources).containsPattern(source(name))));
        }
    }

    /** The file of a class, of the one that a class is nested in, or of anything in a package. */
    private static String source(String name) {
        Matcher outermost = OUTERMOST.matcher(name);
        return "/"
                + (outermost.find() ? outermost.group() + ".java\n" : name + "/")
                        .replace('.', '/')
                        .replace("/java\n", "[.]java\n");
    }

    private static String constant(String flag) {
        return flag.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    private static Stream<Line> lines() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs").resolve("PROTOCOL.md")).stream()
                .filter(line -> line.matches("\\| R\\d+ \\|.*"))
                .map(RulesTableTest::line);
    }

    private static Line line(String text) {
        List<String> cells = Arrays.stream(text.split("\\|")).map(String::strip).toList();
        return new Line(cells.get(1), code(cells.get(4)), code(cells.get(5)), code(cells.get(6)));
    }

    private static List<String> code(String cell) {
        Matcher matcher = CODE.matcher(cell);
        return matcher.results().map(found -> found.group(1)).toList();
    }
}
