package io.assent.coordinator.adapter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What the build knows and the program tells.
 *
 * @param version of the coordinator
 * @param viewer the folder of the API viewer's files on the class path
 */
public record BuildProperties(String version, String viewer) {

    private static final String RESOURCE = "/assent-build.properties";

    public static BuildProperties load() {
        Properties properties = new Properties();
        try (InputStream in = BuildProperties.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path; build again");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildProperties(properties.getProperty("version", ""), properties.getProperty("viewer", ""));
    }
}
