import argparse
import os
from pathlib import Path

from . import data, table
from .rounds import Rounds


def main():
    options = parse()
    scratch = Path(options.scratch).resolve()
    for name in ("store", "cache", "live", "log", "results"):
        (scratch / name).mkdir(parents=True, exist_ok=True)
    rows = scratch / "results" / "rows.csv"
    if rows.exists() and not options.more:
        rows.unlink()
    versions = {}
    for name in options.data:
        data_set = data.ALL[name](scratch, name)
        data_set.build()
        rounds = Rounds(scratch, data_set, options.tools, options.steps)
        versions.update(rounds.versions())
        for number in range(options.first_round, options.first_round + options.rounds):
            rounds.run(number)
    text = table.markdown(table.read(rows), versions)
    (scratch / "results" / "table.md").write_text(text, encoding="utf-8")
    print("\n" + text)


def parse():
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures Coffer beside other tools.")
    parser.add_argument("data", nargs="+", choices=sorted(data.ALL), metavar="DATA", help="src, mixed or tiny")
    parser.add_argument("--scratch", default=os.environ.get("BENCH"), help="folder with 30 GB of space, else $BENCH")
    parser.add_argument("--tools", type=str.split, default="coffer restic borg tar-zstd find".split())
    parser.add_argument("--steps", type=str.split, default=list(table.STEPS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--first-round", type=int, default=1, help="where to go on counting, with --more")
    parser.add_argument("--more", action="store_true", help="keep the rows of earlier rounds")
    options = parser.parse_args()
    if not options.scratch:
        parser.error("name a scratch folder: --scratch FOLDER or BENCH=FOLDER")
    unknown = set(options.steps) - set(table.STEPS)
    if unknown or options.rounds < 1:
        parser.error(f"no such step: {' '.join(sorted(unknown))}" if unknown else "at least one round")
    if "first" not in options.steps:
        parser.error("the step first is needed: the others stand on it")
    if "restore" in options.steps and os.geteuid() != 0:
        parser.error("full restores mount a file system, which takes root; or leave them out with --steps")
    return options


main()
