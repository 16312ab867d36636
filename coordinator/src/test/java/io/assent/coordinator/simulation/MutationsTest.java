package io.assent.coordinator.simulation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of rules in docs/PROTOCOL.md says which rules the simulation can leave out: every one. */
class MutationsTest {

    private static final int MUTATIONS_COLUMN = 5;
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void theMutationsOfEveryRuleAreThoseOfTheTable() throws IOException {
        Map<String, List<String>> told = new TreeMap<>();
        Files.readAllLines(Path.of("..", "docs", "PROTOCOL.md")).stream()
                .filter(line -> line.matches("\\| R\\d+ \\|.*"))
                .map(line -> line.split("\\|"))
                .forEach(cells -> told.put(
                        cells[1].strip(),
                        CODE.matcher(cells[MUTATIONS_COLUMN])
                                .results()
                                .map(found -> found.group(1))
                                .toList()));

        assertThat(told)
                .isEqualTo(Stream.of(Mutation.values())
                        .collect(groupingBy(m -> m.rule, TreeMap::new, mapping(Mutation::name, toList()))));
    }
}
