package io.assent.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Checks docs/spec with TLC. {@code -Dassent.model=NAME} leaves the checks of that subject or rule, {@code -Dassent.model.full=true} makes the
 * checked system larger.
 */
class ModelTest {
    private static final String ONLY = System.getProperty("assent.model", "");

    private final Size size = Size.wanted();
    private final ModelChecker checker = new ModelChecker(size);

    @TestFactory
    Stream<DynamicTest> nothingBadHappensWithAllRules() {
        return wanted(Checks.ofSafety()).map(check -> dynamicTest(check.name(), () -> holds(check)));
    }

    @TestFactory
    Stream<DynamicTest> everyBranchIsResolvedInTheEndWithAllRules() {
        return wanted(Checks.ofTheEnd(size)).map(check -> dynamicTest(check.name(), () -> holds(check)));
    }

    @TestFactory
    Stream<DynamicTest> someBranchStaysInDoubtWhenNobodyAsks() {
        return wanted(Checks.ofNoEnd())
                .map(check -> dynamicTest(check.name(), () -> violates(check, Finding.IN_THE_END)));
    }

    @TestFactory
    Stream<DynamicTest> whatMattersIsReachedWithAllRules() {
        return wanted(Checks.ofReach()).map(check -> dynamicTest(check.name(), () -> violates(check, check.subject())));
    }

    @TestFactory
    Stream<DynamicTest> somethingBadHappensWithoutAnySingleRule() {
        return wanted(Checks.ofRules()).map(check -> dynamicTest(check.name(), () -> violates(check, "Safe")));
    }

    @Test
    void whatWasAskedForExists() {
        assertThat(wanted(Stream.of(
                                Checks.ofSafety(),
                                Checks.ofTheEnd(size),
                                Checks.ofNoEnd(),
                                Checks.ofReach(),
                                Checks.ofRules())
                        .flatMap(List::stream)
                        .toList()))
                .as("checks called '%s'", ONLY)
                .isNotEmpty();
    }

    private static Stream<Check> wanted(List<Check> checks) {
        return checks.stream()
                .filter(check -> ONLY.isEmpty()
                        || ONLY.equalsIgnoreCase(check.subject())
                        || ONLY.equalsIgnoreCase(check.rule()));
    }

    private void holds(Check check) throws IOException, InterruptedException {
        assertThat(checker.run(check)).isInstanceOf(Finding.Holds.class);
    }

    private void violates(Check check, String invariant) throws IOException, InterruptedException {
        assertThat(checker.run(check)).isEqualTo(new Finding.Violated(invariant));
    }
}
