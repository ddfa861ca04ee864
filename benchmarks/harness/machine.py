"""The machine: what it is, and whether it was busy with something else."""
import datetime, os, platform, re, subprocess, time

BUSY_BEFORE = 0.05  # of the machine, in the second before the first server starts
STOLEN = 0.02       # of the time that was measured, by the host


def describe(java):
    cpu = re.search(r"model name\s*:\s*(.*)", open("/proc/cpuinfo").read())
    version = subprocess.run([java, "-version"], capture_output=True, text=True).stderr.splitlines()[1]
    return {"cpu": cpu.group(1) if cpu else "unknown", "cores": os.cpu_count(), "kernel": platform.release(), "java": version}


def ticks():
    """Of all cores: idle, stolen, all."""
    user, nice, system, idle, wait, irq, soft, steal = map(int, open("/proc/stat").readline().split()[1:9])
    return idle + wait, steal, user + nice + system + idle + wait + irq + soft + steal


class Watch:
    """Looks at the machine before a piece and after it."""

    def __init__(self):
        self.date = datetime.date.today().isoformat()
        self.load = os.getloadavg()[0]
        idle, _, everything = ticks()
        time.sleep(1)
        self.began = ticks()
        self.busy = 1 - (self.began[0] - idle) / max(1, self.began[2] - everything)

    def report(self):
        _, steal, everything = ticks()
        stolen = (steal - self.began[1]) / max(1, everything - self.began[2])
        doubts = []
        if self.busy > BUSY_BEFORE:
            doubts.append(f"the machine was {self.busy:.0%} busy before")
        if stolen > STOLEN:
            doubts.append(f"the host took {stolen:.1%} of the time")
        return {"date": self.date, "loadBefore": self.load, "busyBefore": self.busy, "stolen": stolen, "doubts": doubts}
