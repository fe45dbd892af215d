"""What one command costs, together with all the processes that it starts."""
import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
FIRST_SAMPLE_SECONDS = 0.01
SAMPLE_SECONDS = 0.1


@dataclass(frozen=True)
class Cost:
    exit_code: int
    wall: float  # seconds
    cpu: float  # user and system seconds of the command and its children
    memory: float  # MB: the largest single process, or all of them at once where that is more; 0: too short to see
    others: float  # CPU seconds that the rest of the machine burnt meanwhile


def measure(command, log, env=None, cwd=None):
    """Runs COMMAND in a session of its own; its output goes to the open file LOG."""
    machine = _machine_cpu()
    began = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, cwd=cwd,
                             start_new_session=True)
    sampler = _Sampler(child.pid)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    peak = sampler.stop()
    cpu = used.ru_utime + used.ru_stime
    others = max(0.0, _machine_cpu() - machine - cpu)
    # The kernel credits a process with the memory of whoever started it, until exec: below that it says nothing.
    largest = used.ru_maxrss if used.ru_maxrss > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss else 0
    return Cost(child.returncode, wall, cpu, max(largest * 1024, peak) / 1e6, others)


class _Sampler:
    """Adds up the resident memory of a session's processes while they run: a pipeline is several."""

    def __init__(self, session):
        self._session = session
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self):
        self._ended.set()
        self._thread.join()
        return self._peak

    def _run(self):
        pause = FIRST_SAMPLE_SECONDS
        while not self._ended.wait(pause):
            self._peak = max(self._peak, self._resident())
            pause = min(SAMPLE_SECONDS, pause * 2)

    def _resident(self):
        total = 0
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:
                    fields = stat.read().rpartition(b")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            if len(fields) > 21 and int(fields[3]) == self._session:
                total += int(fields[21]) * PAGE
        return total


def _machine_cpu():
    """Busy seconds of all processors since the machine started."""
    with open("/proc/stat") as stat:
        user, nice, system, _idle, _wait, irq, softirq = (int(word) for word in stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS
