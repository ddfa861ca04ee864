package dev.kilter.cli.load.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Linux rounds a thread's timers up by 50 µs to wake less often; a generator that keeps to a schedule cannot have that.
 */
final class TimerSlack {

    private static final int PR_SET_TIMERSLACK = 29;

    private TimerSlack() {}

    /** Asks for the least rounding for the current thread; elsewhere than on Linux does nothing. */
    @SuppressWarnings("restricted")
    static void least() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> prctl = linker.defaultLookup().find("prctl");
        try (Arena _ = Arena.ofConfined()) {
            if (prctl.isPresent()) {
                MethodHandle set = linker.downcallHandle(
                        prctl.get(),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                        Linker.Option.firstVariadicArg(1));
                int _ = (int) set.invokeExact(PR_SET_TIMERSLACK, 1L);
            }
        } catch (Throwable notEssential) {
            // The lateness is measured in any case.
        }
    }
}
