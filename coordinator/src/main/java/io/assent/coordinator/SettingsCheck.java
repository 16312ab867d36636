package io.assent.coordinator;

import io.micronaut.context.env.Environment;
import jakarta.inject.Singleton;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Refuses values that are not of a setting's type. The framework would use the default instead and say nothing, and an
 * operator would believe in a limit that is not there.
 */
@Singleton
final class SettingsCheck {

    private static final Map<String, Class<? extends Record>> AREAS = Map.of(
            ServiceConfiguration.PREFIX, ServiceConfiguration.class,
            DatabaseConfiguration.PREFIX, DatabaseConfiguration.class,
            LogConfiguration.PREFIX, LogConfiguration.class,
            MembershipConfiguration.PREFIX, MembershipConfiguration.class,
            ForwardingConfiguration.PREFIX, ForwardingConfiguration.class,
            EngineConfiguration.PREFIX, EngineConfiguration.class,
            RecoveryConfiguration.PREFIX, RecoveryConfiguration.class,
            GatewayConfiguration.PREFIX, GatewayConfiguration.class,
            HttpConfiguration.PREFIX, HttpConfiguration.class);

    private static final List<String> LOG_LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");

    SettingsCheck(Environment environment) {
        AREAS.forEach((prefix, area) -> {
            for (RecordComponent component : area.getRecordComponents()) {
                check(
                        environment,
                        prefix + "." + WrongSettingException.kebab(component.getName()),
                        component.getType());
            }
        });
        check(environment, "assent.port", int.class);
        check(environment, "assent.http.body-bytes-max", int.class);
        checkLogLevel(environment);
    }

    /** Logback reads it by itself, and takes what it does not know for DEBUG. */
    private static void checkLogLevel(Environment environment) {
        Optional<String> level = environment.getProperty("assent.log.level", String.class);
        if (level.isPresent() && !LOG_LEVELS.contains(level.get().toUpperCase(Locale.ROOT))) {
            throw new WrongSettingException(
                    "assent.log.level",
                    level.get(),
                    "must be one of " + String.join(", ", LOG_LEVELS) + ", or not be set");
        }
    }

    private static void check(Environment environment, String setting, Class<?> type) {
        Optional<String> text = environment.getProperty(setting, String.class);
        if (text.isPresent() && !isOf(environment, setting, type)) {
            throw new WrongSettingException(setting, text.get(), remedy(type));
        }
    }

    private static String remedy(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> String.valueOf(constant).toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(" or ", "must be ", ""));
        }
        return type == int.class ? "must be a whole number" : "must be a duration such as 500ms, 10s, 5m or 48h";
    }

    private static boolean isOf(Environment environment, String setting, Class<?> type) {
        try {
            Class<?> wanted = type == int.class ? Integer.class : type;
            return environment.getProperty(setting, wanted).isPresent();
        } catch (RuntimeException e) {
            return false;
        }
    }
}
