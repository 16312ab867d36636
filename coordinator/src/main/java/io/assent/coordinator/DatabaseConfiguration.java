package io.assent.coordinator;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the decision log is. None of it has a default.
 *
 * @param url such as {@code jdbc:postgresql://db.internal:5432/assent}
 * @param user the user; it owns the tables
 * @param password its password; may be empty
 * @param passwordFile a file with the password, instead of the password itself
 */
@ConfigurationProperties(DatabaseConfiguration.PREFIX)
record DatabaseConfiguration(
        @Nullable String url,
        @Nullable String user,
        @Nullable String password,
        @Nullable String passwordFile) {

    static final String PREFIX = "assent.database";
    private static final String JDBC = "jdbc:postgresql:";

    String requiredUrl() {
        if (url == null || url.isBlank()) {
            throw new WrongSettingException(
                    "assent.database.url",
                    "",
                    "says where the decision log is, such as jdbc:postgresql://HOST:5432/NAME");
        }
        if (!url.startsWith(JDBC)) {
            throw new WrongSettingException(
                    "assent.database.url", withoutPassword(url), "must look like jdbc:postgresql://HOST:5432/NAME");
        }
        return url;
    }

    String requiredUser() {
        if (user == null || user.isBlank()) {
            throw new WrongSettingException("assent.database.user", "", "names the database user of the decision log");
        }
        return user;
    }

    String requiredPassword() {
        if (passwordFile != null && !passwordFile.isBlank()) {
            try {
                return Files.readString(Path.of(passwordFile)).strip();
            } catch (IOException e) {
                throw new WrongSettingException(
                        "assent.database.password-file", passwordFile, "must be a file that this process can read");
            }
        }
        if (password == null) {
            throw new WrongSettingException(
                    "assent.database.password",
                    "",
                    "is that of the database user; give it, or assent.database.password-file, or give it empty");
        }
        return password;
    }

    private static String withoutPassword(String url) {
        return url.replaceAll("(?i)password=[^&]*", "password=…").replaceAll("//[^/@]*@", "//…@");
    }
}
