package io.assent.coordinator;

import io.assent.coordinator.adapter.postgres.LogUnusableException;
import io.assent.coordinator.adapter.postgres.ReplicaIdTakenException;
import java.net.BindException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Says why the coordinator can't start, and what to do about it. */
final class StartFailure {

    private static final Map<String, String> PREFIXES = Map.of(
            "ServiceConfiguration", ServiceConfiguration.PREFIX,
            "DatabaseConfiguration", DatabaseConfiguration.PREFIX,
            "LogConfiguration", LogConfiguration.PREFIX,
            "MembershipConfiguration", MembershipConfiguration.PREFIX,
            "ForwardingConfiguration", ForwardingConfiguration.PREFIX,
            "EngineConfiguration", EngineConfiguration.PREFIX,
            "RecoveryConfiguration", RecoveryConfiguration.PREFIX,
            "GatewayConfiguration", GatewayConfiguration.PREFIX,
            "HttpConfiguration", HttpConfiguration.PREFIX);
    private static final Pattern CONVERSION = Pattern.compile("argument \\[(\\w+)] for value \\[(.*?)] due to");
    private static final Pattern CONFIGURATION = Pattern.compile("\\b(\\w+Configuration)\\b");

    private StartFailure() {}

    /** @return a line for each setting that is wrong, or one for whatever else it is */
    static List<String> explain(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof WrongSettingException) {
                return Stream.concat(Stream.of(cause), Arrays.stream(cause.getSuppressed()))
                        .map(StartFailure::said)
                        .toList();
            }
        }
        return List.of(explainOther(failure));
    }

    private static String explainOther(Throwable failure) {
        String all = messages(failure);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<String> said = switch (cause) {
                case LogUnusableException e -> Optional.of(said(e));
                case ReplicaIdTakenException e -> Optional.of(said(e));
                case BindException _ ->
                    Optional.of("the port is in use or not allowed; choose another one with assent.port (environment:"
                            + " ASSENT_PORT)");
                default -> wrongType(said(cause), all);
            };
            if (said.isPresent()) {
                return said.get();
            }
        }
        return "cannot start: " + said(root(failure)).lines().findFirst().orElse("");
    }

    private static Optional<String> wrongType(String message, String all) {
        Matcher conversion = CONVERSION.matcher(message);
        return conversion.find()
                ? prefix(all)
                        .map(
                                prefix -> said(
                                        new WrongSettingException(
                                                prefix + "." + WrongSettingException.kebab(conversion.group(1)),
                                                conversion.group(2),
                                                "must be a number or a duration such as 500ms, 10s, 5m or 48h (see docs/OPERATIONS.md)")))
                : Optional.empty();
    }

    private static Optional<String> prefix(String messages) {
        Matcher configuration = CONFIGURATION.matcher(messages);
        while (configuration.find()) {
            String prefix = PREFIXES.get(configuration.group(1));
            if (prefix != null) {
                return Optional.of(prefix);
            }
        }
        return Optional.empty();
    }

    private static String messages(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            all.append(said(cause)).append('\n');
        }
        return all.toString();
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String said(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
