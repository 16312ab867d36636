package io.assent.samples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where databases and logs go. A temporary folder goes away when all went well; after a failure it is worth a look. */
public final class WorkFolder {

    private final Path path;
    private volatile boolean disposable;
    private final boolean temporary;

    private WorkFolder(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    public static WorkFolder kept(Path path) {
        return new WorkFolder(path, false);
    }

    /** @param prefix begins the name of the folder */
    public static WorkFolder temporary(String prefix) {
        try {
            return new WorkFolder(Files.createTempDirectory(prefix), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path path() {
        return path;
    }

    /** Nobody needs what is in it. */
    public void allWentWell() {
        disposable = true;
    }

    /** To be called once nothing runs in it. */
    public void removeIfDisposable() {
        if (!temporary || !disposable) {
            return;
        }
        try {
            Files.walkFileTree(path, new Removal());
        } catch (IOException e) {
            System.err.println("could not remove " + path + ": " + e);
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException thrown) throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
