package io.assent.samples.bench.run;

import io.assent.samples.demo.DemoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The processor time that processes have used, as Linux counts it: user and system, in milliseconds. */
final class ProcessTimes {

    /** USER_HZ, which is 100 wherever Linux runs on hardware of our time. */
    private static final long MILLIS_PER_TICK = 10;

    /** Fields of /proc/PID/stat behind the name in parentheses, counted from 0: see proc_pid_stat(5). */
    private static final int PARENT = 1;

    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int CHILDREN_USER = 13;
    private static final int CHILDREN_SYSTEM = 14;

    /** As HotSpot names them, and Linux cuts that off. */
    private static final Pattern COMPILER = Pattern.compile("C[12] CompilerThre");

    private static final Path PROC = Path.of("/proc");

    private ProcessTimes() {}

    /** Of one process, without the processes it started. */
    static long millisOf(long pid) {
        List<String> stat = stat(PROC.resolve(Long.toString(pid)));
        return ticks(stat, USER, SYSTEM) * MILLIS_PER_TICK;
    }

    /**
     * Of a process and its children, those that have ended included: when a child ends and is waited for, the kernel adds
     * its time to what the parent has for children.
     */
    static long millisOfTree(long pid) {
        long ticks = ticks(stat(PROC.resolve(Long.toString(pid))), USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM);
        try (Stream<Path> processes = Files.list(PROC)) {
            List<Path> candidates = processes.filter(ProcessTimes::isProcess).toList();
            for (Path process : candidates) {
                List<String> stat = stat(process);
                if (!stat.isEmpty() && stat.get(PARENT).equals(Long.toString(pid))) {
                    ticks += ticks(stat, USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM);
                }
            }
        } catch (IOException e) {
            throw new DemoException("cannot read /proc, which tells processor times: " + e.getMessage());
        }
        return ticks * MILLIS_PER_TICK;
    }

    /** Of those threads of a Java process that compile now; the times of threads that have ended are not to be had. */
    static long millisOfCompilers(long pid) {
        Path threads = PROC.resolve(Long.toString(pid)).resolve("task");
        try (Stream<Path> each = Files.list(threads)) {
            return each.filter(ProcessTimes::isCompiler)
                            .mapToLong(thread -> ticks(stat(thread), USER, SYSTEM))
                            .sum()
                    * MILLIS_PER_TICK;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new DemoException("cannot read " + threads + ", which tells processor times: " + e.getMessage());
        }
    }

    private static boolean isCompiler(Path thread) {
        try {
            return COMPILER.matcher(Files.readString(thread.resolve("comm"))).lookingAt();
        } catch (IOException e) {
            return false; // it has ended
        }
    }

    private static boolean isProcess(Path path) {
        return path.getFileName().toString().chars().allMatch(Character::isDigit);
    }

    /** Empty if the process has ended. */
    private static List<String> stat(Path process) {
        try {
            String line = Files.readString(process.resolve("stat"));
            return List.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            // ESRCH: it ended between opening and reading.
            return List.of();
        }
    }

    private static long ticks(List<String> stat, int... fields) {
        long sum = 0;
        for (int field : fields) {
            sum += stat.isEmpty() ? 0 : Long.parseLong(stat.get(field));
        }
        return sum;
    }
}
