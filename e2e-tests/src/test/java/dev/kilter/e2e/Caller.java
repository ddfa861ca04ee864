package dev.kilter.e2e;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/**
 * The program of a {@link CallingPod}: this class file alone is carried there. With addresses it asks each once, all at
 * once, and prints what came, a line each; without it waits for its end.
 */
final class Caller {

    /** What is printed where no connection comes about: a policy loses packets or refuses them. */
    static final String CUT = "cut";

    /** Four attempts of TCP, so that a pod is known to whoever enforces policies before the last. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** Of whoever took the connection; the machine may be busy. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private Caller() {}

    public static void main(String[] urls) throws InterruptedException {
        if (urls.length == 0) {
            new CountDownLatch(1).await();
        }
        String[] answers = new String[urls.length];
        Thread[] calls = new Thread[urls.length];
        Arrays.setAll(calls, i -> Thread.startVirtualThread(() -> answers[i] = answer(urls[i])));
        for (Thread call : calls) {
            call.join();
        }
        System.out.println(String.join("\n", answers));
    }

    /** The status of the answer, {@link #CUT}, or what else went wrong. */
    private static String answer(String url) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout((int) PATIENCE.toMillis());
            connection.setReadTimeout((int) ANSWER.toMillis());
            return isConnected(connection) ? String.valueOf(connection.getResponseCode()) : CUT;
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean isConnected(HttpURLConnection connection) throws IOException {
        try {
            connection.connect();
            return true;
        } catch (SocketTimeoutException | SocketException e) {
            return false;
        }
    }
}
