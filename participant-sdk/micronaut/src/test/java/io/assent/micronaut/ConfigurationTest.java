package io.assent.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.Assent;
import io.assent.api.CommitRequest;
import io.assent.participant.AbsencePolicy;
import io.assent.postgres.LimitScope;
import io.assent.postgres.PostgresSettings;
import io.assent.postgres.Voting;
import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings: what they do, and that a mistake in one ends the start with words that help. */
class ConfigurationTest {

    private static final String URL = "assent.participant.url";
    private static final String SERVICE = "assent.participant.service";

    @Test
    void withoutCoordinatorsThereIsNoStart() {
        assertFails(Map.of(), "assent.coordinators is not set");
    }

    @Test
    void aCoordinatorMustBeAUrl() {
        assertFails(coordinator("localhost:8080"), "assent.coordinators=localhost:8080 must be an absolute http");
    }

    @Test
    void aDeadlineMustBePositive() {
        assertFails(with(Map.of("assent.deadline", "0ms")), "assent.deadline=PT0S must be 1 ms to");
    }

    @Test
    void aParticipantNeedsAUrl() {
        assertFails(with(Map.of(SERVICE, "notes")), "assent.participant.url is not set");
    }

    @Test
    void aParticipantsUrlMustBeAbsolute() {
        assertFails(with(Map.of(SERVICE, "notes", URL, "/assent")), "assent.participant.url=/assent must be");
    }

    @Test
    void aServiceNameMustFitIntoAGid() {
        assertFails(
                with(Map.of(SERVICE, "Notes!", URL, "http://notes/assent")),
                "assent.participant.service=Notes! must be");
    }

    @Test
    void aParticipantNeedsADataSource() {
        assertFails(
                with(Map.of(SERVICE, "notes", URL, "http://notes/assent")),
                "assent.participant.datasource=default names no data source");
    }

    @Test
    void aPureInitiatorNeedsCoordinatorsOnly() {
        Map<String, Object> settings = Map.of(
                "assent.coordinators", "http://one:8080, http://two:8080",
                "assent.deadline", "12s",
                "assent.reply", "DECIDED");
        try (ApplicationContext context = ApplicationContext.run(settings)) {
            Assent assent = context.getBean(Assent.class);
            assertThat(assent.options().deadline()).isEqualTo(Duration.ofSeconds(12));
            assertThat(assent.options().reply()).isEqualTo(CommitRequest.Reply.DECIDED);
            assertThat(context.getBean(AssentConfiguration.class).coordinators())
                    .hasSize(2);
        }
    }

    /** It would be taken for not set. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "assent.reply                                 | LATER     | must be one of [APPLIED, DECIDED]",
                "assent.deadline                              | 10x       | must be a duration such as",
                "assent.commit-streams                        | many      | must be a whole number",
                "assent.participant.voting                    | ON_PREPRE | must be one of [ON_RETURN, ON_PREPARE]",
                "assent.participant.lock-timeout              | 1second   | must be a duration such as",
                "assent.participant.held-branches-max         | abc       | must be a whole number",
                "assent.participant.connections-per-batch-max | 1.5       | must be a whole number",
                "assent.participant.durability                | foo       | must be one of [",
                "assent.participant.absence                   | FOO       | must be one of [",
                "assent.participant.sweep-interval            | abc       | must be a duration such as",
            })
    void aValueThatIsNotOfItsTypeEndsTheStart(String setting, String value, String remedy) {
        assertFails(with(Map.of(setting, value)), setting + "=" + value + " " + remedy);
    }

    @Test
    void everySettingOfAParticipantArrives() {
        PostgresSettings settings = new ParticipantConfiguration(
                        "notes",
                        "http://notes/assent",
                        "default",
                        Voting.ON_PREPARE,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        LimitScope.TRANSACTION,
                        3,
                        4,
                        null,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        AbsencePolicy.ROLLBACK)
                .toSettings();

        assertThat(settings.service()).isEqualTo("notes");
        assertThat(settings.voting()).isEqualTo(Voting.ON_PREPARE);
        assertThat(settings.lockTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.idleTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.limitScope()).isEqualTo(LimitScope.TRANSACTION);
        assertThat(settings.heldBranchesMax()).isEqualTo(3);
        assertThat(settings.connectionsPerBatchMax()).isEqualTo(4);
        assertThat(settings.sweep().firstAfter()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.sweep().interval()).isEqualTo(Duration.ofSeconds(6));
        assertThat(settings.sweep().absence()).isEqualTo(AbsencePolicy.ROLLBACK);
    }

    private static void assertFails(Map<String, Object> settings, String message) {
        assertThatThrownBy(() -> ApplicationContext.run(settings).close()).hasStackTraceContaining(message);
    }

    private static Map<String, Object> coordinator(String url) {
        return Map.of("assent.coordinators", url);
    }

    private static Map<String, Object> with(Map<String, Object> more) {
        Map<String, Object> settings = new java.util.HashMap<>(coordinator("http://localhost:8080"));
        settings.putAll(more);
        return settings;
    }
}
