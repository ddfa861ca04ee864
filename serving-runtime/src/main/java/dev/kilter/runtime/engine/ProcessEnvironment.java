package dev.kilter.runtime.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * This process's own environment as native libraries read it; {@link System#getenv()} does not see the change.
 *
 * <p>It exists for two variables that are read before anything of a Java API can be called. ONNX Runtime has telemetry
 * on by default: as it starts it sends events to its maker, and reads the command line by a regular expression that
 * overflows the stack, and kills the process, where the line is some thousand characters long, as a Java class path is.
 * Tokenizers spread each batch over a thread for each core, which wait there for the cores that an engine has.
 */
public final class ProcessEnvironment {

    private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";
    private static final String TOKENIZERS_PARALLELISM = "TOKENIZERS_PARALLELISM";

    private ProcessEnvironment() {}

    /**
     * Switches ONNX Runtime's telemetry off; comes before anything of ONNX Runtime is called. Whoever starts the
     * process with it off saves it the call of a C function, forty milliseconds of a start.
     */
    public static void withoutTelemetry() {
        if (!"1".equals(System.getenv(NO_TELEMETRY))) {
            set(NO_TELEMETRY, "1");
        }
    }

    /** Has tokenizers run in their caller's thread, unless whoever starts the process wants it otherwise. */
    static void withoutTokenizerThreads() {
        if (System.getenv(TOKENIZERS_PARALLELISM) == null) {
            set(TOKENIZERS_PARALLELISM, "false");
        }
    }

    /** Sets the variable, by the C library's {@code setenv}; where there is none, the caller's shell has to. */
    @SuppressWarnings("restricted") // the process runs with --enable-native-access in any case
    private static void set(String name, String value) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
        if (setenv.isEmpty()) {
            return;
        }
        MethodHandle call = linker.downcallHandle(
                setenv.get(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int failed = (int) call.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (failed != 0) {
                throw new IllegalStateException("setenv " + name + " failed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("setenv " + name + " failed", e);
        }
    }
}
