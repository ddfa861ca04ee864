package dev.kilter.cli.view;

import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;

/** The terminal at standard output: its size, whether it takes colours, and drawing over what was drawn before. */
public final class Terminal {

    /** @param rows lines that may be drawn */
    public record Size(int columns, int rows) {}

    private static final int STANDARD_OUTPUT = 1;
    private static final long GET_WINDOW_SIZE = System.getProperty("os.name").startsWith("Mac") ? 0x40087468L : 0x5413L;

    private final PrintStream out;
    private boolean drawing;

    public Terminal(PrintStream out) {
        this.out = out;
    }

    /** Its size now; empty where standard output is no terminal. */
    @SuppressWarnings("restricted")
    public static Optional<Size> size() {
        try (Arena arena = Arena.ofConfined()) {
            Linker linker = Linker.nativeLinker();
            MethodHandle ioctl = linker.downcallHandle(
                    linker.defaultLookup().find("ioctl").orElseThrow(),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(2));
            MemorySegment window = arena.allocate(8);
            int failed = (int) ioctl.invokeExact(STANDARD_OUTPUT, GET_WINDOW_SIZE, window);
            int rows = window.get(ValueLayout.JAVA_SHORT, 0) & 0xffff;
            int columns = window.get(ValueLayout.JAVA_SHORT, 2) & 0xffff;
            return failed != 0 ? Optional.empty() : Optional.of(rows == 0 ? new Size(80, 24) : new Size(columns, rows));
        } catch (Throwable unknownPlatform) {
            return Optional.empty();
        }
    }

    /** Whether it can be drawn over, and is wanted so. */
    public static boolean interactive(Map<String, String> environment) {
        return size().isPresent() && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    /** Whether it takes colours, and the user has not said no (https://no-color.org). */
    public static boolean colours(Map<String, String> environment) {
        return interactive(environment)
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** Draws a frame over the one before; takes the alternate screen, so that what was there comes back. */
    public synchronized void draw(String frame) {
        StringBuilder output = new StringBuilder();
        if (!drawing) {
            drawing = true;
            output.append("\033[?1049h\033[?25l");
        }
        output.append("\033[H");
        output.append(frame.replace("\n", "\033[K\n")).append("\033[K\033[J");
        out.print(output);
        out.flush();
    }

    /** Gives the screen back. */
    public synchronized void restore() {
        if (drawing) {
            drawing = false;
            out.print("\033[?25h\033[?1049l");
            out.flush();
        }
    }
}
