"""Where restores go: a fresh file system each, so that none pays for what an earlier one created or deleted."""
import contextlib
import os
import subprocess

from .data import run


@contextlib.contextmanager
def fresh_ext4(scratch, tree):
    """Yields an empty folder on a new ext4 with a journal, large enough for TREE. Only for root."""
    image, mount = scratch / "restore.img", scratch / "restored"
    mount.mkdir(exist_ok=True)
    size, entries = _extent_of(tree)
    image.unlink(missing_ok=True)
    with open(image, "wb") as file:
        file.truncate(int(size * 1.5) + entries * 1024 + (1 << 30))
    # Tables are written now, not by the kernel behind the back of the measurement.
    run("mkfs.ext4", "-q", "-F", "-N", entries * 2 + 20_000, "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
    run("mount", "-o", "loop,noatime", image, mount)
    try:
        target = mount / "target"
        target.mkdir()
        os.sync()
        yield target
    finally:
        run("umount", mount)
        image.unlink()


def differences(tree, restored, log):
    """Lines in which rsync tells the two trees apart, contents, links, lists and attributes included."""
    result = subprocess.run(["rsync", "-nacHAXi", "--delete", f"{tree}/", f"{restored}/"], stdin=subprocess.DEVNULL,
                            capture_output=True)
    lines = (result.stdout + result.stderr).splitlines()
    log.write(b"\n".join(lines[:1000]))
    return len(lines) if lines or result.returncode == 0 else 1


def stored_bytes(folder):
    return _extent_of(folder)[0]


def _extent_of(tree):
    """Bytes of all regular files, and the number of entries."""
    size = entries = 0
    folders = [tree]
    while folders:
        with os.scandir(folders.pop()) as found:
            for entry in found:
                entries += 1
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    size += entry.stat(follow_symlinks=False).st_size
    return size, entries
