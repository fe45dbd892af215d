"""
The order of a round:
1. Every tool does a step on the same state of the tree before any does the next step.
2. Each round starts one tool later in the list, so that none is always the first.
3. Before a step, all bytes that it will read are read once: the page cache is warm for everybody.
"""
import filecmp
import os
import shutil
import subprocess
from pathlib import Path

from . import table
from .cost import measure
from .data import settle
from .target import differences, fresh_ext4, stored_bytes

BENCH = Path(__file__).resolve().parent.parent


class Tool:
    """An adapter, and the folders that it works in for one data set."""

    def __init__(self, scratch, name, data):
        self.name = name
        self.adapter = BENCH / "adapters" / f"{name}.sh"
        if not self.adapter.is_file():
            raise SystemExit(f"no adapter {self.adapter.relative_to(BENCH)}")
        self.store = scratch / "store" / f"{data}.{name}"
        self.cache = scratch / "cache" / f"{data}.{name}"
        self.log_path = scratch / "log" / f"{data}.{name}.log"
        coffer = os.environ.get("COFFER", str(BENCH.parent / "coffer"))
        self.env = dict(os.environ, REPO=str(self.store), CACHE=str(self.cache), COFFER=coffer)
        self.steps = self.ask("steps").split()
        self.newest_round = 0  # the round in which it last caught up with v2

    def command(self, function, *args):
        return ["bash", "-c", '. "$0"; "$@"', str(self.adapter), function, *(str(arg) for arg in args)]

    def ask(self, function, *args):
        return subprocess.run(self.command(function, *args), env=self.env, check=True, stdout=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, text=True).stdout.strip()

    def do(self, function, *args):
        with open(self.log_path, "ab") as log:
            return measure(self.command(function, *args), log, self.env)

    def start_afresh(self, tree):
        for folder in (self.store, self.cache):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        if self.do("prepare", tree).exit_code != 0:
            raise SystemExit(f"{self.name} could not be prepared: see {self.log_path}")


class Rounds:
    def __init__(self, scratch, data, tools, steps):
        self._scratch, self._data, self._steps = scratch, data, steps
        self._tools = [Tool(scratch, name, data.name) for name in tools]
        self._rows = scratch / "results" / "rows.csv"
        self._round = 0

    def versions(self):
        return {tool.name: tool.ask("version") for tool in self._tools}

    def run(self, number):
        self._round = number
        shift = (number - 1) % len(self._tools)
        order = self._tools[shift:] + self._tools[:shift]
        self._data.reset()
        for step in self._steps:
            if step == "incremental":
                self._data.advance()
            for tool in order:
                if step in tool.steps:
                    getattr(self, f"_{step}")(tool)
                elif step == "first":
                    tool.start_afresh(self._data.live)

    def _first(self, tool):
        tool.start_afresh(self._data.live)
        self._backup(tool, "first")

    def _unchanged(self, tool):
        self._backup(tool, "unchanged")

    def _incremental(self, tool):
        self._backup(tool, "incremental")

    def _backup(self, tool, step):
        warm(self._data.live)
        cost = tool.do("backup", self._data.live)
        self._note(tool, step, cost, stored=stored_bytes(tool.store) / 1e6 or "")

    def _restore(self, tool):
        with fresh_ext4(self._scratch, self._data.live) as target:
            self._see_newest(tool)
            warm(tool.store)
            cost = tool.do("restore", self._data.live, target)
            landed = tool.ask("landed", self._data.live, target)
            with open(self._scratch / "log" / f"{self._data.name}.{tool.name}.differences", "wb") as log:
                found = differences(self._data.live, landed, log)
        self._note(tool, "restore", cost, differences=found)

    def _one(self, tool):
        target = self._scratch / "one"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        self._see_newest(tool)
        warm(tool.store)
        cost = tool.do("restore_one", self._data.live, self._data.sample, target)
        wanted = self._data.live / self._data.sample
        found = [path for path in target.rglob(wanted.name) if filecmp.cmp(path, wanted, shallow=False)]
        self._note(tool, "one", cost, differences=0 if found else 1)
        shutil.rmtree(target)

    def _see_newest(self, tool):
        """A tool without incremental backups has v1 only: it takes v2 first, unmeasured."""
        if "incremental" in self._steps and "incremental" not in tool.steps and tool.newest_round != self._round:
            tool.newest_round = self._round
            tool.do("backup", self._data.live)
            settle()

    def _note(self, tool, step, cost, stored="", differences=""):
        row = dict(zip(table.FIELDS, [
            self._data.name, self._round, step, tool.name, cost.exit_code, f"{cost.wall:.3f}", f"{cost.cpu:.3f}",
            f"{cost.memory:.1f}", stored if stored == "" else f"{stored:.3f}", f"{cost.others:.2f}", differences]))
        table.append(self._rows, row)
        print(f"{self._data.name} {self._round} {step:<12}{tool.name:<10} exit {cost.exit_code}  wall {cost.wall:7.2f}"
              f"  cpu {cost.cpu:7.2f}  memory {cost.memory:5.0f}  others {cost.others:5.1f}", flush=True)


def warm(tree):
    subprocess.run(["find", str(tree), "-type", "f", "-exec", "cat", "{}", "+"], check=True,
                   stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
