package io.assent.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.coordinator.adapter.http.ErrorCode;
import io.micronaut.core.bind.annotation.Bindable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/OPERATIONS.md says what the program does. */
class OperationsDocumentTest {

    private static final List<Class<? extends Record>> AREAS = List.of(
            ServiceConfiguration.class,
            DatabaseConfiguration.class,
            LogConfiguration.class,
            MembershipConfiguration.class,
            ForwardingConfiguration.class,
            EngineConfiguration.class,
            RecoveryConfiguration.class,
            GatewayConfiguration.class,
            HttpConfiguration.class);

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyErrorCodeIsListedInItsOwnWords(ErrorCode code) throws IOException {
        assertThat(document())
                .contains("| %s | `%s` | %s | %s |".formatted(code.status(), code, code.meaning(), code.remedy()));
    }

    @Test
    void everySettingIsListedWithItsDefault() throws Exception {
        List<String> rows = new ArrayList<>();
        for (Class<? extends Record> area : AREAS) {
            String prefix = (String) area.getDeclaredField("PREFIX").get(null);
            for (var parameter : area.getDeclaredConstructors()[0].getParameters()) {
                Bindable bindable = parameter.getAnnotation(Bindable.class);
                String row = "| `" + prefix + "." + WrongSettingException.kebab(parameter.getName()) + "` | ";
                rows.add(bindable == null ? row : row + bindable.defaultValue() + " |");
            }
        }

        assertThat(document()).contains(rows);
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("..", "docs", "OPERATIONS.md"));
    }
}
