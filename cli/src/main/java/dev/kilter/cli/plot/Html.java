package dev.kilter.cli.plot;

/** Text in HTML. */
public final class Html {

    /** Follows the reader's light or dark. */
    private static final String STYLE = """
            :root { --back: #ffffff; --ink: #1b2430; --soft: #5b6675; --line: #dfe4ea; --card: #f6f8fa; --limit: #b3261e;
              --c0: #1f6feb; --c1: #d9730d; --c2: #1a7f5a; --c3: #8250df; --c4: #b3261e; --c5: #57606a;
              --good: #1a7f5a; --bad: #b3261e; --open: #9a6700; color-scheme: light dark; }
            @media (prefers-color-scheme: dark) {
              :root { --back: #0f141a; --ink: #e6ebf1; --soft: #9aa6b4; --line: #2a323c; --card: #171d25; --limit: #ff8f86;
                --c0: #6ea8ff; --c1: #ffb066; --c2: #5fd0a0; --c3: #c3a0ff; --c4: #ff8f86; --c5: #aab4c0;
                --good: #5fd0a0; --bad: #ff8f86; --open: #e3b341; } }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
            main { max-width: 1560px; margin: 0 auto; padding: 32px 24px 64px; }
            h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 36px 0 12px; }
            p.sub, p.note { color: var(--soft); margin: 2px 0; }
            .verdict { display: inline-block; padding: 10px 16px; border-radius: 8px; margin: 18px 0 0; background: var(--card);
              border-left: 5px solid var(--open); font-weight: 600; }
            .verdict.proven { border-color: var(--good); } .verdict.refuted { border-color: var(--bad); }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { padding: 6px 14px 6px 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
            th { color: var(--soft); font-weight: 500; } th:first-child, td:first-child { text-align: left; }
            td.proven { color: var(--good); } td.refuted { color: var(--bad); } td.undecided { color: var(--open); }
            .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)); gap: 20px; }
            figure { margin: 0; padding: 16px; background: var(--card); border-radius: 10px; }
            figcaption { font-weight: 600; } svg { width: 100%; height: auto; display: block; }
            .legend { margin: 2px 0 6px; color: var(--soft); font-size: 13px; } .legend span { margin-right: 12px; }
            .legend i { display: inline-block; width: 14px; height: 3px; border-radius: 2px; margin-right: 5px;
              vertical-align: middle; background: currentColor; }
            .legend .thin i { background: none; height: 0; border-top: 2px dashed currentColor; }
            .legend .dots i { width: 9px; height: 9px; border-radius: 50%; }
            .grid { stroke: var(--line); stroke-width: 1; } .tick { fill: var(--soft); font-size: 12px; }
            .mid { text-anchor: middle; } .end { text-anchor: end; }
            path { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
            path.thin { stroke-width: 1.4; stroke-dasharray: 5 4; opacity: .85; } circle { fill: currentColor; }
            line.limit { stroke: var(--limit); stroke-dasharray: 6 4; stroke-width: 1.5; } text.limit { fill: var(--limit); }
            .c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); } .c3 { color: var(--c3); }
            .c4 { color: var(--c4); } .c5 { color: var(--c5); }
            .good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
            """;

    /** Closes what {@link #begin} opened. */
    public static final String END = "</main></body></html>\n";

    private Html() {}

    /** A page to its heading. */
    public static String begin(String title) {
        String escaped = escape(title);
        return "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
                + "<meta name='viewport' content='width=device-width, initial-scale=1'>"
                + "<title>" + escaped + "</title><style>" + STYLE + "</style></head><body><main>"
                + "<h1>" + escaped + "</h1>";
    }

    /** Safe in text and in attributes. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
