package io.assent.samples.faults;

import io.assent.api.Gtrid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Crash points of one process as files in a directory that it shares with whoever wants to kill it. A file with the name
 * of a point arms it. The first thread that reaches the point renames the file, which only one can do, and stays there
 * until the renamed file is gone or the process is. All other threads go on. A point can be armed for the second time
 * that one transaction comes by, too, such as when the second of its branches is told; or for every thread, which is all held then.
 */
public final class Holds {

    /** The environment variable that names the directory. */
    public static final String VARIABLE = "ASSENT_HOLDS";

    private static final String REACHED = "reached";
    private static final String HELD = ".held.";
    private static final String SECOND = ".second";
    private static final String PASSED = ".passed.";
    private static final String ALL = ".all";
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    private final Path directory;

    public Holds(Path directory) {
        this.directory = directory;
    }

    /** The next thread that reaches the point will be held. */
    public void arm(String point) {
        create(point);
    }

    /** The transaction that reaches the point next will be held when it does so once more. */
    public void armSecond(String point) {
        create(point + SECOND);
    }

    /** Every thread that reaches the point will be held, until it is released. */
    public void armForAll(String point) {
        create(point + ALL);
    }

    /** The transaction that is being held at the point, if there is one. */
    public Optional<Gtrid> heldAt(String point) {
        return files(point + HELD).stream()
                .map(file -> Gtrid.parse(file.getFileName().toString().substring(point.length() + HELD.length())))
                .findFirst();
    }

    /** Lets go who is held at the point, and holds nobody else there. */
    public void release(String point) {
        // Once more if there was anything: a thread may have renamed its file between our look and our hand.
        for (List<Path> files = files(point); !files.isEmpty(); files = files(point)) {
            files.forEach(Holds::delete);
        }
    }

    /** The points that were reached since the directory was made, armed or not. */
    public Set<String> reached() {
        Path noted = directory.resolve(REACHED);
        if (!Files.isDirectory(noted)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(noted)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes that a point was reached, for {@link #reached}. */
    void note(String point) {
        Path noted = directory.resolve(REACHED);
        try {
            Files.createDirectories(noted);
            Files.write(noted.resolve(point), new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void holdIfArmed(String point, Gtrid gtrid) {
        String passed = point + PASSED + gtrid;
        String held = point + HELD + gtrid;
        if (renamed(point, held) || renamed(passed, held)) {
            waitWhileExists(directory.resolve(held));
        } else {
            boolean _ = renamed(point + SECOND, passed);
            waitWhileExists(directory.resolve(point + ALL));
        }
    }

    /** Whether it was there; of several threads only one is told so. */
    private boolean renamed(String from, String to) {
        Path file = directory.resolve(from);
        if (!Files.exists(file)) {
            return false;
        }
        try {
            Files.move(file, directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException e) {
            return false; // another thread was first
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void create(String name) {
        try {
            Files.createDirectories(directory);
            Files.createFile(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void waitWhileExists(Path file) {
        try {
            while (Files.exists(file)) {
                Thread.sleep(LOOK_AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Path> files(String prefix) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
