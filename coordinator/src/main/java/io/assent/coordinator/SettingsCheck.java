package io.assent.coordinator;

import io.micronaut.context.BeanContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.exceptions.BeanContextException;
import jakarta.inject.Singleton;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Refuses settings that are missing or can't be right, and says of all of them at once. Also values that are not of a
 * setting's type: the framework would use the default instead and say nothing, and an operator would believe in a limit
 * that is not there.
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

    SettingsCheck(Environment environment, BeanContext context) {
        WrongSettings wrong = new WrongSettings();
        AREAS.forEach((prefix, area) -> {
            for (RecordComponent component : area.getRecordComponents()) {
                String setting = prefix + "." + WrongSettingException.kebab(component.getName());
                wrong.keepFrom(() -> check(environment, setting, component.getType()));
            }
        });
        wrong.keepFrom(() -> check(environment, "assent.port", int.class));
        wrong.keepFrom(() -> check(environment, "assent.http.body-bytes-max", int.class));
        wrong.keepFrom(() -> checkLogLevel(environment));
        try {
            checkValues(context, wrong);
        } catch (BeanContextException e) {
            wrong.throwIfAny();
            throw e;
        }
        wrong.throwIfAny();
    }

    /** Of what is not of its type the framework gives the default here, or nothing at all. */
    private static void checkValues(BeanContext context, WrongSettings wrong) {
        DatabaseConfiguration database = context.getBean(DatabaseConfiguration.class);
        ServiceConfiguration service = context.getBean(ServiceConfiguration.class);
        HttpConfiguration http = context.getBean(HttpConfiguration.class);
        EngineConfiguration engine = context.getBean(EngineConfiguration.class);
        LogConfiguration log = context.getBean(LogConfiguration.class);
        database.check(wrong);
        wrong.keepFrom(service::origins);
        wrong.keepFrom(service::publicUrl);
        wrong.keepFrom(() -> service.idOr(Optional.empty(), new UUID(0, 0)));
        wrong.keepFrom(service::grace);
        wrong.keepFrom(() -> log.toSettings(database, http.deadlineMax()));
        wrong.keepFrom(engine::toSettings);
        wrong.keepFrom(() -> http.toSettings(Math.max(1, engine.branchesMax())));
        wrong.keepFrom(context.getBean(GatewayConfiguration.class)::toSettings);
        wrong.keepFrom(context.getBean(MembershipConfiguration.class)::toSettings);
        wrong.keepFrom(context.getBean(ForwardingConfiguration.class)::toSettings);
        wrong.keepFrom(context.getBean(RecoveryConfiguration.class)::toSettings);
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
