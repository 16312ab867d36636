package io.assent.samples.bench.run;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Rows of words, in columns as wide as their widest word. */
final class TextTable {

    private TextTable() {}

    /**
     * @param rows all of the same length
     * @param words the columns, from 0, that have words and so begin at the left; numbers end at the right
     */
    static String of(List<List<String>> rows, Set<Integer> words) {
        int[] widths = IntStream.range(0, rows.getFirst().size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                line.append("  ").append(words.contains(i) ? row.get(i) + pad : pad + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
