package io.assent.samples.transfer;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.exceptions.ConfigurationException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The banks that money can be moved between, by name. */
@Context
final class Banks {

    private final SortedMap<String, URI> byName = new TreeMap<>();

    Banks(@Value("${banks}") List<String> banks) {
        for (String bank : banks) {
            String[] parts = bank.strip().split("=", 2);
            if (parts.length != 2) {
                throw new ConfigurationException(
                        "banks '" + bank + "' must be name=URL, such as north=http://127.0.0.1:8081");
            }
            byName.put(parts[0], URI.create(parts[1]));
        }
    }

    Optional<URI> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    Set<String> names() {
        return byName.keySet();
    }
}
