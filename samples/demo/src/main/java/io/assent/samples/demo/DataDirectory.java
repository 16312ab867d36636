package io.assent.samples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where {@code ./assent dev} keeps its data. Held by one instance at a time, and by nobody once that instance is gone. */
final class DataDirectory implements AutoCloseable {

    private static final Duration END_PATIENCE = Duration.ofSeconds(10);

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** @throws DemoException if another instance has it */
    static DataDirectory open(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel lockFile =
                    FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                lockFile.close();
                throw new DemoException(
                        "another ./assent dev is using " + path + ": stop it, or give --data another folder.");
            }
            return new DataDirectory(path, lockFile);
        } catch (IOException e) {
            throw new DemoException("cannot use " + path + ": " + e.getMessage());
        }
    }

    Path postgres() {
        return path.resolve("postgres");
    }

    Path log(String name) {
        try {
            return Files.createDirectories(path.resolve("logs")).resolve(name + ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The password of the database: made once, and readable by nobody else. */
    String password() {
        Path file = path.resolve("password");
        try {
            if (Files.exists(file)) {
                return Files.readString(file).strip();
            }
            String password = Secrets.password();
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(file, password + "\n");
            return password;
        } catch (IOException e) {
            throw new DemoException("cannot keep the password in " + file + ": " + e.getMessage());
        }
    }

    /** Remembers a process, so that the next instance can end it should this one be killed. */
    void remember(String name, long pid) {
        String start = ProcessHandle.of(pid)
                .flatMap(p -> p.info().startInstant())
                .map(Object::toString)
                .orElse("");
        try {
            Files.write(path.resolve(name + ".pid"), List.of(Long.toString(pid), start));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends what an instance left running that was itself killed. PostgreSQL then recovers from its log when it starts. */
    void endLeftovers() {
        remembered("coordinator").ifPresent(DataDirectory::end);
        postmaster().ifPresent(DataDirectory::end);
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ProcessHandle> remembered(String name) {
        List<String> lines = lines(path.resolve(name + ".pid"));
        return process(lines)
                .filter(process -> lines.size() > 1
                        && process.info()
                                .startInstant()
                                .map(Object::toString)
                                .orElse("")
                                .equals(lines.get(1)));
    }

    /** Since nobody else holds the lock, a server on these data is one that was left behind. */
    private Optional<ProcessHandle> postmaster() {
        return process(lines(postgres().resolve("postmaster.pid")))
                .filter(process -> process.info().command().orElse("").endsWith("postgres"));
    }

    private static Optional<ProcessHandle> process(List<String> lines) {
        if (lines.isEmpty() || !lines.getFirst().strip().matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        if (!hasEnded(process)) {
            process.destroyForcibly();
            hasEnded(process);
        }
    }

    private static boolean hasEnded(ProcessHandle process) {
        try {
            process.onExit().get(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of(); // whoever wrote it may just be removing it
        }
    }
}
