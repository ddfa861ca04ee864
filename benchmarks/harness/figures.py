"""Medians with their spread, ratios by round, and how they are written."""
import math, statistics


class Spread:
    """Middle and ends of the figures of some rounds."""

    def __init__(self, figures):
        self.figures = list(figures)
        self.median, self.least, self.most = statistics.median(self.figures), min(self.figures), max(self.figures)

    def text(self, digits=0):
        return f"{self.median:,.{digits}f} ({self.least:,.{digits}f}..{self.most:,.{digits}f})"


def ratios(ours, theirs):
    """Round by round."""
    return Spread([a / b for a, b in zip(ours, theirs)])


STUDENT = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228, 11: 2.201, 12: 2.179}


def lower_bound(paired):
    """Of the geometric mean ratio, 95 %, two-sided, by Student's distribution of the logarithms; nan for one round."""
    logs = [math.log(r) for r in paired.figures]
    if len(logs) < 2:
        return math.nan
    error = statistics.stdev(logs) / math.sqrt(len(logs))
    return math.exp(statistics.mean(logs) - STUDENT.get(len(logs) - 1, 2.0) * error)


def claim(asked, measured, met):
    return {"asked": asked, "measured": measured, "met": bool(met)}


def section(title, how, header, rows, claims, raw):
    """What a piece found: a table, what was asked of it, and every figure behind."""
    return {"title": title, "how": how, "header": header, "rows": rows, "claims": claims, "raw": raw}


def markdown(result):
    """A result as a section of docs/performance.md."""
    machine, watch = result["machine"], result["watch"]
    lines = [f"### {result['title']}", "", result["how"], ""]
    lines += ["| " + " | ".join(result["header"]) + " |", "|" + "---|" * len(result["header"])]
    lines += ["| " + " | ".join(row) + " |" for row in result["rows"]]
    if result["claims"]:
        lines += ["", "| Asked | Measured | Met |", "|---|---|---|"]
        lines += [f"| {c['asked']} | {c['measured']} | {'yes' if c['met'] else '**no**'} |" for c in result["claims"]]
    doubts = "; ".join(watch["doubts"]) or "quiet"
    lines += ["", f"{watch['date']}, {machine['cores']} cores of {machine['cpu']}, Linux {machine['kernel']}, {machine['java']}; machine: {doubts}"
              f" (load average before: {watch['loadBefore']:.2f}, stolen: {watch['stolen']:.1%}).{' QUICK RUN, FIGURES MEAN NOTHING.' if result['quick'] else ''}", ""]
    return "\n".join(lines)
