package dev.kilter.cli.local;

import dev.kilter.cli.UserError;
import dev.kilter.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The folder of one name's runs, held by a lock that the operating system releases even when the holder is killed.
 * Threads may call any method at any time.
 */
public final class StateFolder implements AutoCloseable {

    /** The environment variable that moves all state; otherwise {@code ~/.kilter}. */
    public static final String HOME_ENVIRONMENT = "KILTER_HOME";

    private static final long ORPHAN_GRACE_SECONDS = 15;

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;
    private RunRecord record;

    private StateFolder(Path folder, FileChannel channel, FileLock lock, RunRecord record) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
        this.record = record;
    }

    /** Where all names' state, model files and profiles are. */
    public static Path home() {
        String home = System.getenv(HOME_ENVIRONMENT);
        return home == null || home.isBlank() ? Path.of(System.getProperty("user.home"), ".kilter") : Path.of(home);
    }

    /**
     * Takes the folder for a run.
     *
     * @param run a new random name
     * @throws UserError if another run holds it
     */
    public static StateFolder take(Path home, String name, String run) {
        Path folder = home.resolve(name);
        try {
            Files.createDirectories(folder.resolve("logs"));
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Optional<FileLock> lock = tryLock(channel);
            if (lock.isEmpty()) {
                channel.close();
                throw new UserError(heldBy(name, read(folder)));
            }
            RunRecord record = new RunRecord(run, ProcessHandle.current().pid(), 0, List.of());
            return new StateFolder(folder, channel, lock.get(), record);
        } catch (IOException e) {
            throw new UserError(
                    "state folder " + folder + ": cannot be used (" + e + "); set " + HOME_ENVIRONMENT
                            + " to a folder that can be written",
                    e);
        }
    }

    /**
     * Ends what a killed run left behind.
     *
     * @return how many processes were ended
     */
    public int endOrphans() {
        Optional<RunRecord> previous = read(folder);
        List<ProcessHandle> orphans = previous.stream()
                .flatMap(run -> run.children().stream().flatMap(child -> run.process(child).stream()))
                .toList();
        orphans.forEach(ProcessHandle::destroy);
        CompletableFuture<Void> gone = CompletableFuture.allOf(
                orphans.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new));
        try {
            gone.orTimeout(ORPHAN_GRACE_SECONDS, TimeUnit.SECONDS).join();
        } catch (java.util.concurrent.CompletionException e) {
            orphans.forEach(ProcessHandle::destroyForcibly);
        }
        return orphans.size();
    }

    /** Notes the gateway's port. */
    public synchronized void listening(int port) {
        write(new RunRecord(record.run(), record.pid(), port, record.children()));
    }

    /** Notes a process of this run. */
    public synchronized void started(String pod, ProcessHandle process) {
        List<RunRecord.Child> children = new ArrayList<>(record.children());
        children.removeIf(child -> child.pod().equals(pod));
        long startedAt = process.info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
        children.add(new RunRecord.Child(pod, process.pid(), startedAt));
        write(new RunRecord(record.run(), record.pid(), record.port(), children));
    }

    /** Leaves a text about this run for whoever asks; {@link #told} reads it. */
    public void tell(String text) {
        replace("facts.json", text);
    }

    /** What the run of that name told last; empty: there is none, or it has ended. */
    public static Optional<String> told(Path home, String name) {
        try {
            return Optional.of(Files.readString(home.resolve(name).resolve("facts.json")));
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** The random name of this run. */
    public synchronized String run() {
        return record.run();
    }

    /** Where the processes' output goes. */
    public Path logs() {
        return folder.resolve("logs");
    }

    /** Gives the folder back; nothing of the run is left to be cleaned up. */
    @Override
    public synchronized void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            Files.deleteIfExists(folder.resolve("run.json"));
            Files.deleteIfExists(folder.resolve("facts.json"));
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(RunRecord next) {
        record = next;
        replace("run.json", Json.write(next));
    }

    private void replace(String file, String text) {
        try {
            Path temporary = folder.resolve(file + ".new");
            Files.writeString(temporary, text);
            Files.move(
                    temporary,
                    folder.resolve(file),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<RunRecord> read(Path folder) {
        try {
            return Optional.of(Json.read(Files.readString(folder.resolve("run.json")), RunRecord.class));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }

    private static String heldBy(String name, Optional<RunRecord> holder) {
        return holder.map(run -> name + " already runs (process " + run.pid() + ", http://127.0.0.1:" + run.port()
                        + "); end it with Ctrl-C in its terminal or: kill " + run.pid())
                .orElse(name + " is just being started by another kilter; wait for it, or end it");
    }
}
