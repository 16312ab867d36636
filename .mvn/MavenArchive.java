import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;

// What mvnw can't do with the tools that every machine has, done with the one that must be there anyway. Run from source.

private static final int TIMEOUT_MILLIS = 30_000;

void main(String[] args) throws Exception {
    switch (args[0]) {
        case "sha512" -> IO.println(sha512(Path.of(args[1])));
        case "download" -> download(URI.create(args[1]), Path.of(args[2]));
        default -> throw new IllegalArgumentException(args[0] + " is neither sha512 nor download");
    }
}

private String sha512(Path file) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file)));
}

/** For machines without curl and wget, which know more about proxies and come first. */
private void download(URI from, Path to) throws IOException {
    var connection = from.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    try (InputStream body = connection.getInputStream()) {
        Files.copy(body, to, StandardCopyOption.REPLACE_EXISTING);
    }
}
