package io.assent.samples.bench.run;

import io.assent.samples.demo.UsageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where the person wants something written: tried before anything is started, because most of it is written hours later. */
final class Destinations {

    /** Under the folder for databases and logs. */
    static final String DATABASES = "postgres";

    private Destinations() {}

    /** @throws UsageException if one of them cannot be used, with the way out in one line */
    static void demandUsable(BenchOptions options) {
        options.directory().ifPresent(folder -> {
            demandUnused(folder);
            demandFolder("--dir", folder);
        });
        options.profile().ifPresent(folder -> demandFolder("--profile", folder));
        options.out().ifPresent(file -> demandFile("--out", file));
        options.chart().ifPresent(file -> demandFile("--chart", file));
    }

    /** Databases that are there have the password of another run, and what is in them is another's. */
    private static void demandUnused(Path folder) {
        if (Files.exists(folder.resolve(DATABASES))) {
            throw new UsageException("--dir " + folder
                    + " has the databases of an earlier run: name another folder, or remove this one first.");
        }
    }

    private static void demandFolder(String option, Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "bench-", ".tmp"));
        } catch (IOException e) {
            throw refused(option, folder, e);
        }
    }

    /** Leaves what is in it: that of an earlier run is lost when this one begins, not when its command line is wrong. */
    private static void demandFile(String option, Path file) {
        boolean fresh = Files.notExists(file);
        try {
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
            if (fresh) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw refused(option, file, e);
        }
    }

    private static UsageException refused(String option, Path path, IOException e) {
        return new UsageException(option + " " + path + " cannot be written: " + reason(path, e) + ".");
    }

    private static String reason(Path path, IOException e) {
        return switch (e) {
            case NoSuchFileException _ when !isInAFolder(path) -> "there is no folder " + path.getParent();
            case FileAlreadyExistsException _ -> "it is no folder";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException named when named.getReason() != null -> named.getReason();
            // Any other exception says it itself: what a file system may throw is no closed set.
            case IOException other -> other.toString();
        };
    }

    private static boolean isInAFolder(Path path) {
        Path parent = path.getParent();
        return parent != null && Files.isDirectory(parent);
    }
}
