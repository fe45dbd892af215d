"""Tells all that can be seen of a tree, one line of JSON an entry, in path order.

    look_at_tree.py ROOT

Reads by directory handles, so that paths of any length work; paths are bytes written as latin-1. Uses nothing of
Coffer's. "links" is the path under which the same inode was met first; "data" are the extents that SEEK_DATA tells.
"""
import array
import errno
import fcntl
import hashlib
import json
import os
import stat
import struct
import sys

GETFLAGS, GETXATTR = 0x80086601, 0x801C581F
# Those that a person can set (chattr), not marks of the layout on the disk.
SETTABLE = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x80 | 0x400 | 0x4000 | 0x8000 | 0x10000 | 0x20000 \
    | 0x800000 | 0x2000000 | 0x20000000 | 0x40000000
first_names = {}


def flags_of(fd):
    box = array.array("L", [0])
    try:
        fcntl.ioctl(fd, GETFLAGS, box, True)
        flags = box[0] & SETTABLE
    except OSError:
        flags = 0
    raw = bytearray(28)
    try:
        fcntl.ioctl(fd, GETXATTR, raw, True)
        return flags, struct.unpack("<5I8s", raw)[3]
    except OSError:
        return flags, 0


def extents_of(fd, size):
    extents, at = [], 0
    while at < size:
        try:
            start = os.lseek(fd, at, os.SEEK_DATA)
        except OSError as e:
            if e.errno == errno.ENXIO:
                break
            raise
        at = os.lseek(fd, start, os.SEEK_HOLE)
        extents.append([start, at])
    return extents


def content_of(fd, extents):
    digest = hashlib.blake2b(digest_size=16)
    for start, end in extents:
        while start < end:
            part = os.pread(fd, min(1 << 20, end - start), start)
            if not part:
                break
            # Zeros count as a hole here: where the holes are is told by the extents.
            if part.strip(b"\0"):
                digest.update(struct.pack("<Q", start) + part)
            start += len(part)
    return digest.hexdigest()


def xattrs_of(path):
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError:
        return {}
    return {os.fsencode(n).decode("latin-1"): os.getxattr(path, n, follow_symlinks=False).hex() for n in sorted(names)}


def describe(parent, name, path):
    found = os.stat(name, dir_fd=parent, follow_symlinks=False)
    kind = stat.S_IFMT(found.st_mode)
    entry = {
        "path": path.decode("latin-1"), "type": kind, "mode": stat.S_IMODE(found.st_mode), "uid": found.st_uid,
        "gid": found.st_gid, "mtime": found.st_mtime_ns, "atime": found.st_atime_ns,
        "xattrs": xattrs_of(b"/proc/self/fd/%d/%s" % (parent, name)),
    }
    if kind != stat.S_IFDIR:
        entry["links"] = first_names.setdefault(found.st_ino, entry["path"])
    if kind in (stat.S_IFCHR, stat.S_IFBLK):
        entry["rdev"] = [os.major(found.st_rdev), os.minor(found.st_rdev)]
    if kind == stat.S_IFLNK:
        entry["target"] = os.readlink(name, dir_fd=parent).decode("latin-1")
    if kind in (stat.S_IFREG, stat.S_IFDIR):
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOATIME, dir_fd=parent)
        entry["flags"], entry["project"] = flags_of(fd)
        if kind == stat.S_IFREG:
            entry["size"] = found.st_size
            entry["data"] = extents_of(fd, found.st_size)
            entry["content"] = content_of(fd, entry["data"])
            entry["allocated"] = found.st_blocks * 512
            os.close(fd)
        else:
            return entry, fd
    return entry, -1


def look(parent, name, path):
    entry, fd = describe(parent, name, path)
    print(json.dumps(entry))
    if fd < 0:
        return
    for below in sorted(os.fsencode(n) for n in os.listdir(fd)):
        look(fd, below, path + b"/" + below if path else below)
    os.close(fd)


sys.setrecursionlimit(10000)
root = os.fsencode(sys.argv[1])
above = os.open(os.path.dirname(root), os.O_RDONLY)
look(above, os.path.basename(root), b"")
