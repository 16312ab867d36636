package io.assent.coordinator;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the decision log is: one database, or several over which it is split for ever, in this order. None of it has a default.
 *
 * @param url such as {@code jdbc:postgresql://db.internal:5432/assent}; several separated by commas
 * @param user the user; it owns the tables. One for all, or as many as there are databases
 * @param password its password; may be empty. One for all
 * @param passwordFile a file with the password, instead of the password itself. One for all, or as many as there are databases
 */
@ConfigurationProperties(DatabaseConfiguration.PREFIX)
record DatabaseConfiguration(
        @Nullable List<String> url,
        @Nullable List<String> user,
        @Nullable String password,
        @Nullable List<String> passwordFile) {

    static final String PREFIX = "assent.database";
    private static final String JDBC = "jdbc:postgresql:";

    /** One of the log's databases. */
    record Database(String url, String user, String password) {

        @Override
        public String toString() {
            return "database of user '" + user + "'";
        }
    }

    /** All of them, in their order. */
    List<Database> required() {
        List<String> urls = urls();
        List<String> users = users();
        List<String> passwords = passwords();
        List<Database> databases = new ArrayList<>();
        for (int i = 0; i < urls.size(); i++) {
            databases.add(new Database(urls.get(i), users.get(i), passwords.get(i)));
        }
        return databases;
    }

    void check(WrongSettings wrong) {
        wrong.keepFrom(this::urls);
        wrong.keepFrom(this::users);
        wrong.keepFrom(this::passwords);
    }

    /** One for each database. */
    private List<String> users() {
        List<String> users = oneOrEach("user", listed(user), split().size());
        if (users.isEmpty()) {
            throw new WrongSettingException("assent.database.user", "", "names the database user of the decision log");
        }
        return users;
    }

    /** One for each database. */
    private List<String> passwords() {
        int databases = split().size();
        List<String> files = oneOrEach("password-file", listed(passwordFile), databases);
        return files.isEmpty()
                ? Collections.nCopies(databases, requiredPassword())
                : files.stream().map(DatabaseConfiguration::read).toList();
    }

    /** A URL may itself have commas, between hosts, and the framework takes each for the end of an item. */
    private List<String> split() {
        return List.of(String.join(",", listed(url)).split(",(?=" + JDBC + ")"));
    }

    private List<String> urls() {
        String all = String.join(",", listed(url));
        if (all.isBlank()) {
            throw new WrongSettingException(
                    "assent.database.url",
                    "",
                    "says where the decision log is, such as jdbc:postgresql://HOST:5432/NAME");
        }
        List<String> urls = split();
        if (!urls.stream().allMatch(each -> each.startsWith(JDBC))) {
            throw new WrongSettingException(
                    "assent.database.url",
                    withoutPassword(all),
                    "must look like jdbc:postgresql://HOST:5432/NAME; several of them are separated by commas");
        }
        return urls;
    }

    private static List<String> listed(@Nullable List<String> items) {
        return items == null
                ? List.of()
                : items.stream()
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList();
    }

    private static List<String> oneOrEach(String setting, List<String> given, int databases) {
        if (given.size() == 1) {
            return Collections.nCopies(databases, given.getFirst());
        }
        if (!given.isEmpty() && given.size() != databases) {
            throw new WrongSettingException(
                    PREFIX + "." + setting,
                    String.join(",", given),
                    "must be one for all or one for each of the " + databases + " databases");
        }
        return given;
    }

    private String requiredPassword() {
        if (password == null) {
            throw new WrongSettingException(
                    "assent.database.password",
                    "",
                    "is that of the database user; give it, or assent.database.password-file, or give it empty");
        }
        return password;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new WrongSettingException(
                    "assent.database.password-file", file, "must be a file that this process can read");
        }
    }

    private static String withoutPassword(String url) {
        return url.replaceAll("(?i)password=[^&]*", "password=…").replaceAll("//[^/@]*@", "//…@");
    }
}
