"""A tree of many small files that compress as text does; the same for the same count."""
import os
import random
from pathlib import Path

WORDS = ("server listen root location proxy header name value true false null import from return class def self "
         "path user group mode size time error warning note key list map left right first last open close").split()
POOL_BYTES = 4 << 20
LARGEST = 4096  # bytes of one file; the mean is a third of it
FILES_PER_FOLDER = 100


def build(tree, count):
    """Makes COUNT files below TREE, which must not exist yet."""
    dice = random.Random(count)
    pool = _pool(dice)
    tree = Path(tree)
    for first in range(0, count, FILES_PER_FOLDER):
        number = first // FILES_PER_FOLDER
        folder = tree / f"a{number // 1000:03d}" / f"b{number // 30 % 1000:03d}" / f"c{number:06d}"
        folder.mkdir(parents=True)
        for index in range(first, min(count, first + FILES_PER_FOLDER)):
            _write(folder / f"{index:08d}.conf", index, dice, pool)


def change(tree, share, seed=1):
    """Rewrites a SHARE of the files, chosen and filled by SEED."""
    dice = random.Random(seed)
    pool = _pool(dice)
    for folder, folders, names in os.walk(tree):
        folders.sort()
        for name in sorted(names):
            if dice.random() < share:
                _write(Path(folder, name), f"changed {seed}", dice, pool)


def _pool(dice):
    text = " ".join(dice.choice(WORDS) if dice.random() < 0.9 else f"{dice.getrandbits(24):06x}"
                    for _ in range(POOL_BYTES // 6))
    return text.encode()


def _write(path, head, dice, pool):
    length = int(LARGEST * dice.random() ** 2)
    at = dice.randrange(len(pool) - LARGEST)
    with open(path, "wb") as file:
        file.write(f"# {head}\n".encode() + pool[at:at + length])
