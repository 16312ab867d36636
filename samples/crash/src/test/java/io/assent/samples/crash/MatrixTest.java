package io.assent.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MatrixTest {

    @Test
    void hasADeathOfEachSideForEveryCrashPoint() {
        List<String> names = Matrix.all(1).stream().map(Cell::name).toList();
        assertThat(names).doesNotHaveDuplicates();
        for (Point point : Point.all()) {
            assertThat(names)
                    .contains(
                            "die/" + point.name() + "/coordinator",
                            "die/" + point.name() + "/participant",
                            "die/" + point.name() + "/both");
        }
    }

    @Test
    void hasEveryTamperingForEveryMessage() {
        List<String> names = Matrix.all(1).stream().map(Cell::name).toList();
        assertThat(names).contains("drop-request/inquiry", "drop-reply/inquiry", "twice/inquiry");
        assertThat(Matrix.all(1).stream().filter(Cell.Tamper.class::isInstance))
                .hasSize(Message.values().length * Tampering.values().length);
    }

    @Test
    void crashPointsAreNumberedWithoutGaps() {
        List<Point> points = Point.all();
        for (int i = 0; i < points.size(); i++) {
            assertThat(points.get(i).number()).isEqualTo(i + 1);
        }
        assertThat(points.stream().map(Point::name)).doesNotHaveDuplicates();
    }

    @Test
    void theSameSeedGivesTheSameOrder() {
        assertThat(Matrix.all(7)).isEqualTo(Matrix.all(7)).isNotEqualTo(Matrix.all(8));
    }

    @Test
    void aNameThatNoCellHasIsRefused() {
        assertThatThrownBy(() -> Options.parse(List.of("--only=nowhere")).cells())
                .hasMessageContaining("'nowhere'");
        assertThatThrownBy(() -> Options.parse(List.of("--fast"))).hasMessageContaining("'--fast'");
    }

    @Test
    void onlyAsManyMessagesSufferAsWereArmed() {
        Network network = new Network();
        Request inquiry = new Request("POST", "/v1/inquiries", Map.of(), "");
        Request other = new Request("POST", "/v1/transactions", Map.of(), "");
        assertThat(network.of(inquiry)).isNull();
        network.arm(Message.INQUIRY, Tampering.TWICE, 1);
        assertThat(network.of(other)).isNull();
        assertThat(network.of(inquiry)).isEqualTo(Tampering.TWICE);
        assertThat(network.of(inquiry)).isNull();
        assertThat(network.struck()).isEqualTo(1);
    }
}
