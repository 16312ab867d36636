package io.assent.coordinator.faults;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The ahead-of-time cache (JEP 483, 514) with which a coordinator that lives for seconds starts with less than half of the work.
 * Whoever needs it first after a build makes it, from a coordinator that has done some work; the samples look for it, too. A start
 * without it is slower and else the same, so that nothing depends on it.
 */
final class StartCache {

    private static final String FILE = "short-lived.aot";
    private static final int TRANSFERS = 100;

    private static final Duration ASSEMBLY_PATIENCE = Duration.ofMinutes(2);

    private StartCache() {}

    /** For the Java machine; silent where it finds that this cache is another program's. */
    static List<String> options() {
        return Found.CACHE.map(StartCache::options).orElse(List.of());
    }

    static List<String> options(Path cache) {
        return List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off");
    }

    /** Looked for once in a run. */
    private static final class Found {
        private static final Optional<Path> CACHE = CoordinatorProgram.jar().flatMap(StartCache::of);
    }

    private static Optional<Path> of(Path jar) {
        Path cache = jar.resolveSibling(FILE);
        // Forks may run beside each other; the lock goes with the process that holds it.
        try (FileChannel channel = FileChannel.open(
                        jar.resolveSibling(FILE + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!isOf(jar, cache)) {
                make(cache);
            }
            return Optional.of(cache);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            System.out.println("no cache for the start of coordinators, so they start slower: " + e);
            return Optional.empty();
        }
    }

    private static boolean isOf(Path jar, Path cache) throws IOException {
        return Files.exists(cache) && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0;
    }

    /** Appears whole or not at all: the samples look for it without a lock. */
    private static void make(Path cache) throws Exception {
        Path written = cache.resolveSibling(FILE + ".new");
        Files.deleteIfExists(written);
        try (LoadedReplicas replicas = new LoadedReplicas(List.of("-XX:AOTCacheOutput=" + written))) {
            replicas.start("rehearsing");
            replicas.load().of(TRANSFERS, _ -> {});
            replicas.get(0).terminate(ASSEMBLY_PATIENCE);
        }
        Files.move(written, cache, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
