package dev.kilter.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.Condition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nobody is left alone with a reason: what can go wrong is documented, has a next step, and an entry in the runbook.
 */
class RunbookTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Path OPERATOR = Path.of("..", "operator", "src", "main", "java");

    @Test
    void everyReasonThatNeedsSomebodyHasANextStepAndAnEntry() throws IOException {
        Set<String> wrong = new TreeSet<>();
        String type = "";
        for (String row : Files.readAllLines(DOCS.resolve("conditions.md"))) {
            String[] cells = row.split("\\|", -1);
            if (row.startsWith("## ServingPool")) {
                break;
            }
            if (cells.length > 4) {
                type = cells[1].isBlank() ? type : cells[1].strip();
                for (String reason : all("`(\\w+)`", cells[2].replaceAll("as `\\w+`", ""))) {
                    String status = cells[2].strip().split(" ")[0].replace(",", "");
                    if (Advice.isWrong(new Condition(type, status, 1L, "", reason, ""))) {
                        wrong.add(reason);
                    }
                }
            }
        }
        assertThat(wrong).contains("Invalid", "MissedAtMaxReplicas", "GatewayNotReady", "ReportLost", "Stale");
        assertThat(Advice.reasons()).containsAll(wrong);
        assertThat(entries()).containsExactlyInAnyOrderElementsOf(Advice.reasons());
    }

    @Test
    void whatTheOperatorCallsBlockedIsDocumented() throws IOException {
        Set<String> blocked = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(OPERATOR)) {
            sources.filter(file -> file.toString().endsWith(".java"))
                    .forEach(file -> blocked.addAll(all("new Blocked\\(\\s*\"(\\w+)\"", read(file))));
        }
        assertThat(blocked).contains("Refused", "PodsFailing", "NoConfiguration");
        assertThat(entries()).containsAll(blocked);
    }

    private static Set<String> entries() {
        return all("(?m)^### (\\w+)$", read(DOCS.resolve("runbook.md")));
    }

    private static Set<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
