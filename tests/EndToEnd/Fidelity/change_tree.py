"""Changes a tree without pause until its standard input ends.

    change_tree.py ROOT

Says "ready" once the first round is through. Every state of each file is one that a reader can tell: `log` only grows
by numbered lines, `page` is one byte repeated, `moving-N` never changes but its name, `passing-N` comes and goes.
"""
import os
import select
import sys

os.chdir(sys.argv[1])
log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
for i in range(20):
    with open(f"moving-{i}", "wb") as file:
        file.write(b"%d\n" % i * 1000)
count = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    count += 1
    os.write(log, b"%015d\n" % count)
    with open("page", "r+b" if count > 1 else "wb") as file:
        file.write(bytes([count % 256]) * 300000)
    name = count % 20
    there, away = f"moving-{name}", f"moved-{name}"
    if os.path.exists(there):
        os.rename(there, away)
    else:
        os.rename(away, there)
    with open(f"passing-{count}", "wb") as file:
        file.write(b"short-lived")
    if count > 5:
        os.unlink(f"passing-{count - 5}")
    if count == 20:
        print("ready", flush=True)
