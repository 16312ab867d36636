package io.assent.micronaut;

import io.micronaut.context.env.Environment;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.naming.NameUtils;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Refuses values that are not of a setting's type. The framework takes them for not set, and a service would vote or wait in another way
 * than its configuration says.
 */
final class SettingTypes {

    private SettingTypes() {}

    /** @throws ConfigurationException naming the first setting that is not of its type, its value and what would be right */
    static void check(Environment environment, String prefix, Class<? extends Record> settings) {
        for (RecordComponent setting : settings.getRecordComponents()) {
            String name = prefix + "." + NameUtils.hyphenate(setting.getName());
            Optional<String> text = environment.getProperty(name, String.class);
            if (text.isPresent() && !isOf(environment, name, setting.getType())) {
                throw new ConfigurationException(name + "=" + text.get() + " " + remedy(setting.getType()));
            }
        }
    }

    private static boolean isOf(Environment environment, String name, Class<?> type) {
        try {
            return environment.getProperty(name, type).isPresent();
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static String remedy(Class<?> type) {
        if (type.isEnum()) {
            return "must be one of " + Arrays.toString(type.getEnumConstants());
        }
        return type == Duration.class
                ? "must be a duration such as 500ms, 10s or 5m"
                : "must be a " + (type == Integer.class ? "whole number" : type.getSimpleName());
    }
}
