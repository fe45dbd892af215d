"""Measured rows as a Markdown table: medians, and the range where there is more than one round."""
import csv
import os
import platform
import statistics

FIELDS = ["data", "round", "step", "tool", "exit", "wall", "cpu", "memory", "stored", "others", "differences"]
STEPS = {
    "first": "first backup", "unchanged": "unchanged", "incremental": "v1 → v2", "restore": "full restore",
    "one": "one file",
}
# What each step is held against, and where the first is missing the next.
YARDSTICKS = {
    "first": ["tar-zstd"], "unchanged": ["find"], "incremental": ["restic"], "restore": ["tar-zstd"],
    "one": ["restic"],
}


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def append(path, row):
    is_new = not path.exists()
    with open(path, "a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def markdown(rows, versions):
    parts = [machine(), "", *(f"- {name}: {version}" for name, version in versions.items())]
    for data in dict.fromkeys(row["data"] for row in rows):
        parts += ["", f"### {data}", "", *_table([row for row in rows if row["data"] == data])]
    parts += ["", "Wall and CPU in seconds (all processes of the tool), memory and stored bytes in MB (10^6); median "
              "(least–most). *Others*: CPU seconds of everything else on the machine meanwhile."]
    return "\n".join(parts) + "\n"


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), model)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"Machine: {model}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}."


def _table(rows):
    yield ("| step | tool | rounds | wall | CPU | CPU × | wall × | memory | stored after | added | added × | others "
           "| notes |")
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    rows = _with_added(rows)
    for step, title in STEPS.items():
        of_step = [row for row in rows if row["step"] == step]
        for tool in dict.fromkeys(row["tool"] for row in of_step):
            own = [row for row in of_step if row["tool"] == tool]
            base = next((name for name in YARDSTICKS[step] if any(r["tool"] == name for r in of_step)), None)
            against = [row for row in of_step if row["tool"] == base]
            cells = [
                title, tool, str(len(own)), _spread(own, "wall", 2), _spread(own, "cpu", 2),
                _ratio(own, against, "cpu"), _ratio(own, against, "wall"), _spread(own, "memory", 0),
                _spread(own, "stored", 1), _spread(own, "added", 1), _ratio(own, against, "added"),
                _spread(own, "others", 1), _notes(own),
            ]
            yield "| " + " | ".join(cells) + " |"


def _with_added(rows):
    """Adds to each row what the step put into the store: the tool's bytes after it, less those before."""
    before, result = {}, []
    for row in rows:
        place = row["tool"], row["round"]
        row = dict(row, added="")
        if row["stored"]:
            stored = float(row["stored"])
            row["added"] = str(stored - (0.0 if row["step"] == "first" else before.get(place, stored)))
            before[place] = stored
        result.append(row)
    return result


def _numbers(rows, field):
    return [float(row[field]) for row in rows if row[field] not in ("", None)]


def _spread(rows, field, digits):
    values = _numbers(rows, field)
    if field == "memory":
        values = [value for value in values if value > 0]  # 0: over before it could be seen
    if not values:
        return ""
    text = f"{statistics.median(values):.{digits}f}"
    if len(values) > 1:
        text += f" ({min(values):.{digits}f}–{max(values):.{digits}f})"
    return text


def _ratio(own, against, field):
    """Median of the ratios within each round, for a machine's mood lasts about as long as a round."""
    base = {row["round"]: float(row[field]) for row in against if row[field]}
    ratios = [float(row[field]) / base[row["round"]] for row in own if row[field] and base.get(row["round"], 0) > 0]
    return f"{statistics.median(ratios):.2f}" if ratios else ""


def _notes(rows):
    failed = sorted({row["exit"] for row in rows if row["exit"] != "0"})
    unlike = [int(value) for value in _numbers(rows, "differences") if value > 0]
    notes = [f"exit {code}" for code in failed]
    if unlike:
        notes.append(f"restored with {max(unlike)} differences")
    return ", ".join(notes)
