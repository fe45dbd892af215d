"""Builds a tree with one folder for each aspect of a file that a backup has to keep.

    make_tree.py ROOT KIND

Writes one line of JSON an aspect: {"aspect": folder, "made": bool, "why": text}. An aspect counts as made only when
the file system holds what was asked of it, read back; so a file system that rounds or drops says so here, before any
backup, and what a restore lacks is the restore's fault. Raw calls and bytes only: nothing of Coffer's is used.
"""
import array
import ctypes
import errno
import fcntl
import json
import os
import socket
import stat
import struct
import sys

GETFLAGS, SETFLAGS, GETXATTR, SETXATTR = 0x80086601, 0x40086602, 0x801C581F, 0x401C5820
IMMUTABLE, APPEND, NODUMP, NOATIME, NOCOW = 0x10, 0x20, 0x40, 0x80, 0x800000
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
libc = ctypes.CDLL(None, use_errno=True)


class Unsupported(Exception):
    pass


def noise(size, seed):
    """Bytes that do not compress, the same for a seed."""
    state, out = seed * 2654435761 % 2**32 or 1, bytearray()
    while len(out) < min(size, 1 << 16):
        state = (state * 1103515245 + 12345) % 2**31
        out += struct.pack("<I", state ^ (state << 7) & 0xFFFFFFFF)
    block = bytes(out)
    # Each block differs, so that chunks do too.
    parts = (struct.pack("<Q", i) + block[8:] for i in range(size // len(block) + 1)) if block else ()
    return b"".join(parts)[:size]


def write(path, data=b"text\n", mode=0o644):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view):]
    os.fchmod(fd, mode)
    os.close(fd)


def check(condition, why):
    if not condition:
        raise Unsupported(why)


def sizes():
    write(b"empty", b"")
    for size in (1, 4095, 4096, 256 * KIB - 1, 256 * KIB, 256 * KIB + 1, MIB - 1, MIB, MIB + 1):
        write(b"of-%d" % size, noise(size, size))
    write(b"zeros", bytes(3 * MIB))


def large():
    write(b"40-mib", noise(40 * MIB, 40))


def folders():
    os.makedirs(b"empty/within/empty")
    os.mkdir(b"many")
    for i in range(300):
        write(b"many/%d" % i, b"%d" % i)


def names():
    for name in (b"\xff\xfe\x80", b"caf\xe9", b"line\nfeed", b"tab\tbell\x07", b" leading", b"trailing ", b"-rf",
                 b"*", b"back\\slash", b"quote'\"", b"...", b"a" * 255, b"\xc3\xa9" * 127, "e\u0301".encode(),
                 "\u00e9".encode(), b".coffer-restore-0011223344556677", b"%41", b"\x01\x7f", b"\xf0\x9f\x97\x9d"):
        write(name, b"named " + name)
    os.mkdir(b"folder\n\xff")
    write(b"folder\n\xff/\xfe", b"below")
    os.mkdir(b"b")
    write(b"b/x")
    write(b"b-")
    write(b"b.x")


def long_paths():
    fd = os.open(b".", os.O_RDONLY)
    length = 0
    while length < 6000:
        name = b"d" * 239
        os.mkdir(name, 0o755, dir_fd=fd)
        below = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=fd)
        os.close(fd)
        fd, length = below, length + 240
    for name in (b"deep", b"deep-empty"):
        file = os.open(name, os.O_WRONLY | os.O_CREAT, 0o640, dir_fd=fd)
        os.write(file, b"" if name == b"deep-empty" else b"at 6,000 bytes")
        os.close(file)
    os.symlink(b"deep", b"link", dir_fd=fd)
    os.mkfifo(b"fifo", 0o600, dir_fd=fd)
    os.link(b"deep", b"second", src_dir_fd=fd, dst_dir_fd=fd)
    os.close(fd)


def hard_links():
    os.mkdir(b"a")
    os.mkdir(b"z")
    write(b"a/first", noise(5000, 1))
    os.link(b"a/first", b"a/second")
    os.link(b"a/first", b"z/third")
    write(b"z/big", noise(2 * MIB, 2))
    os.link(b"z/big", b"a/big")
    write(b"empty", b"")
    os.link(b"empty", b"a/empty")
    write(b"with-outsider", b"one name is outside the tree")
    os.link(b"with-outsider", b"../../outsider-" + os.path.basename(os.getcwdb()))


def hard_links_of_nodes():
    os.symlink(b"target", b"link")
    os.link(b"link", b"link-2", follow_symlinks=False)
    os.mkfifo(b"fifo", 0o600)
    os.link(b"fifo", b"fifo-2")
    os.mknod(b"device", stat.S_IFCHR | 0o600, os.makedev(1, 3))
    os.link(b"device", b"device-2")


def hard_links_of_flagged():
    write(b"a", b"immutable, two names")
    os.link(b"a", b"b")
    set_flags(b"a", IMMUTABLE)
    write(b"c", b"append only, two names")
    os.link(b"c", b"d")
    set_flags(b"c", APPEND)


def symbolic_links():
    write(b"file")
    os.symlink(b"file", b"good")
    os.symlink(b"nowhere/at/all", b"dangling")
    os.symlink(b"/etc/passwd", b"absolute")
    os.symlink(b"../../..", b"up")
    os.symlink(b".", b"self")
    os.symlink(b"loop", b"loop")
    os.symlink(b"\xff\xfe\n", b"not-utf-8")
    os.lchown(b"good", 1234, 4321)
    # tmpfs and others hold a page less one, xfs 1,024.
    for length in (1023, 4095):
        try:
            os.symlink(b"x" * length, b"long-%d" % length)
        except OSError as e:
            if e.errno != errno.ENAMETOOLONG:
                raise


def fifos():
    os.mkfifo(b"fifo", 0o640)
    os.chmod(b"fifo", 0o4642)
    os.chown(b"fifo", 7, 8)


def sockets():
    end = socket.socket(socket.AF_UNIX)
    end.bind("socket")
    end.close()
    os.chmod(b"socket", 0o765)


def devices():
    for name, kind, major, minor in ((b"null", stat.S_IFCHR, 1, 3), (b"large", stat.S_IFCHR, 511, 262143),
                                     (b"block", stat.S_IFBLK, 259, 70000), (b"zero", stat.S_IFCHR, 0, 0)):
        os.mknod(name, kind | 0o620, os.makedev(major, minor))
        check(os.lstat(name).st_rdev == os.makedev(major, minor), "device numbers are not kept")
        os.chown(name, 3, 4)


def owners():
    for uid, gid in ((0, 1), (1, 0), (65534, 65534), (1234567, 7654321), (2**32 - 2, 2**32 - 2)):
        write(b"%d-%d" % (uid, gid))
        os.chown(b"%d-%d" % (uid, gid), uid, gid)
        os.mkdir(b"folder-%d-%d" % (uid, gid))
        os.chown(b"folder-%d-%d" % (uid, gid), uid, gid)


def modes():
    for mode in (0, 0o400, 0o777, 0o644, 0o4755, 0o2755, 0o6711, 0o1644, 0o7777, 0o200):
        write(b"%o" % mode)
        os.mkdir(b"folder-%o" % mode)
        write(b"folder-%o/within" % mode)
        # A set-id bit outlives a change of owner only when the mode is set after it.
        write(b"owned-%o" % mode)
        os.chown(b"owned-%o" % mode, 1000, 1000)
        for name in (b"%o", b"folder-%o", b"owned-%o"):
            os.chmod(name % mode, mode)
            check(stat.S_IMODE(os.lstat(name % mode).st_mode) == mode, "modes are not kept")


def times_at(*moments):
    """On each kind of entry; a folder's holds although entries were made in it."""
    for i, moment in enumerate(moments):
        os.mkdir(b"folder-%d" % i)
        write(b"folder-%d/within" % i)
        write(b"file-%d" % i)
        write(b"big-%d" % i, noise(300 * KIB, 5))
        os.symlink(b"file", b"link-%d" % i)
        os.mkfifo(b"fifo-%d" % i)
        for kind in (b"folder", b"file", b"big", b"link", b"fifo"):
            name = b"%s-%d" % (kind, i)
            os.utime(name, ns=(moment, moment), follow_symlinks=False)
            check(os.lstat(name).st_mtime_ns == moment, "such times are not held")


SECOND = 10**9


def times_to_the_nanosecond():
    times_at(1_700_000_000 * SECOND + 123_456_789, 1_700_000_000 * SECOND + 1, 1_700_000_000 * SECOND + 999_999_999)


def times_at_the_epoch():
    times_at(0, 1, SECOND)


def times_before_1970():
    times_at(-1, -SECOND, -86400 * 365 * 50 * SECOND + 5)


def times_before_1901():
    times_at(-(2**31 + 86400) * SECOND + 7)


def times_after_2038():
    times_at((2**31 + 5) * SECOND + 999_999_999)


def times_after_2106():
    times_at((2**32 + 5) * SECOND + 123)


def times_after_2446():
    times_at(15_100_000_000 * SECOND + 123)


def times_after_2486():
    # Seconds beyond what a count of nanoseconds in 64 bits holds.
    moment = 2**34 + 2**33
    write(b"far")
    os.mkdir(b"folder")
    for name in (b"far", b"folder"):
        pair = struct.pack("<qqqq", moment, 5, moment, 5)
        check(libc.utimensat(-100, name, pair, 0) == 0, "such times are not held")
        check(int(os.stat(name).st_mtime_ns) == moment * SECOND + 5, "such times are not held")


def future_times():
    times_at(2_000_000_000 * SECOND)


def set_xattr(name, key, value):
    os.setxattr(name, key, value, follow_symlinks=False)
    check(os.getxattr(name, key, follow_symlinks=False) == value, "not kept")


def user_xattrs():
    write(b"file")
    os.mkdir(b"folder")
    for name in (b"file", b"folder"):
        set_xattr(name, b"user.text", b"value")
        set_xattr(name, b"user.empty", b"")
        set_xattr(name, b"user.binary", bytes(range(256)))
        set_xattr(name, b"user.\xff\xfe", b"a name that is not UTF-8")
    write(b"read-only", mode=0o444)
    set_xattr(b"read-only", b"user.on-read-only", b"1")
    for i in range(40):
        set_xattr(b"file", b"user.%03d" % i, b"%d" % i)


def large_xattrs():
    write(b"file")
    set_xattr(b"file", b"user.3000", noise(3000, 3))


def huge_xattrs():
    write(b"file")
    set_xattr(b"file", b"user.50000", noise(50000, 3))


def trusted_xattrs():
    write(b"file")
    os.symlink(b"file", b"link")
    os.mkfifo(b"fifo")
    os.mkdir(b"folder")
    for name in (b"file", b"link", b"fifo", b"folder"):
        set_xattr(name, b"trusted.note", b"of " + name)


def capabilities():
    write(b"program", b"#!/bin/true\n", 0o755)
    os.chown(b"program", 33, 33)
    set_xattr(b"program", b"security.capability", struct.pack("<IIIII", 0x02000001, 0x2400, 0, 0, 0))


def security_xattrs():
    write(b"file")
    set_xattr(b"file", b"security.coffer-test", b"label")
    os.mkfifo(b"fifo")
    set_xattr(b"fifo", b"security.coffer-test", b"label")


def acl(*entries):
    """tag: 1 owner, 2 user, 4 group, 8 named group, 16 mask, 32 other."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in entries)


NONE = 2**32 - 1
ACCESS = acl((1, 6, NONE), (2, 6, 1000), (4, 4, NONE), (8, 2, 2000), (16, 6, NONE), (32, 0, NONE))
DEFAULT = acl((1, 7, NONE), (2, 5, 1001), (4, 5, NONE), (16, 5, NONE), (32, 0, NONE))


def access_lists():
    write(b"file")
    write(b"setgid")
    os.chmod(b"setgid", 0o2755)
    os.mkfifo(b"fifo")
    os.mkdir(b"folder")
    for name in (b"file", b"setgid", b"fifo", b"folder"):
        set_xattr(name, b"system.posix_acl_access", ACCESS)


def default_access_lists():
    os.mkdir(b"folder")
    write(b"folder/before", mode=0o600)
    set_xattr(b"folder", b"system.posix_acl_default", DEFAULT)
    write(b"folder/inherits")
    os.mkdir(b"folder/below")
    write(b"folder/below/inherits")
    os.mkdir(b"folder/without")
    os.removexattr(b"folder/without", b"system.posix_acl_default")


def set_flags(name, flags):
    fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        box = array.array("L", [0])
        fcntl.ioctl(fd, GETFLAGS, box, True)
        fcntl.ioctl(fd, SETFLAGS, array.array("L", [box[0] & 0xFFFFFFFF | flags]))
        fcntl.ioctl(fd, GETFLAGS, box, True)
        check(box[0] & flags == flags, "the flag is dropped")
    finally:
        os.close(fd)


def flagged(flag):
    def make():
        write(b"file", noise(5000, flag))
        write(b"big", noise(MIB, flag))
        os.mkdir(b"folder")
        write(b"folder/within")
        os.mkdir(b"folder/below")
        for name in (b"file", b"big", b"folder"):
            set_flags(name, flag)
    return make


def no_copy_on_write():
    write(b"file", b"")
    set_flags(b"file", NOCOW)
    with open(b"file", "wb") as file:
        file.write(noise(MIB, 6))
    os.mkdir(b"folder")
    set_flags(b"folder", NOCOW)
    write(b"folder/inherits", noise(MIB, 7))


def sparse(name, size, *pieces):
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    for at, data in pieces:
        os.pwrite(fd, data, at)
    os.ftruncate(fd, size)
    os.close(fd)
    check(os.stat(name).st_blocks * 512 < size, "no holes are held")


def holes():
    sparse(b"head", 2 * MIB, (MIB, noise(MIB, 1)))
    sparse(b"tail", 2 * MIB, (0, noise(MIB, 2)))
    sparse(b"middle", 4 * MIB, (0, noise(64 * KIB, 3)), (4 * MIB - 64 * KIB, noise(64 * KIB, 4)))
    sparse(b"many", 8 * MIB, *((i * 256 * KIB, noise(64 * KIB, i)) for i in range(32)))
    sparse(b"all", 5 * MIB + 17)
    sparse(b"all-small", 100 * KIB)
    sparse(b"small-head", 128 * KIB, (64 * KIB, noise(64 * KIB, 5)))
    sparse(b"small-tail", 128 * KIB, (0, noise(4096, 6)))
    sparse(b"one-byte-at-the-end", 3 * MIB, (3 * MIB - 1, b"x"))
    sparse(b"zeros-written", 4 * MIB, (MIB, bytes(MIB)))


def beyond_4_gib():
    sparse(b"sparse", 5 * GIB + 12345, (0, b"head"), (4 * GIB - 2, b"over the edge"), (5 * GIB, noise(9000, 8)))


def far_holes():
    sparse(b"sparse", 10**12, (10**12 - 4, b"tail"))


def unwritten(keep_size):
    def make():
        fd = os.open(b"file", os.O_RDWR | os.O_CREAT, 0o644)
        os.write(fd, noise(64 * KIB, 9))
        before = os.fstat(fd).st_blocks
        if libc.fallocate(fd, 1 if keep_size else 0, ctypes.c_long(MIB), ctypes.c_long(2 * MIB)) != 0:
            raise Unsupported(os.strerror(ctypes.get_errno()))
        os.fsync(fd)
        check(os.fstat(fd).st_blocks > before, "no space is set aside")
        os.close(fd)
    return make


def project_ids():
    def give(name, flags=0):
        fd = os.open(name, os.O_RDONLY)
        try:
            raw = bytearray(28)
            fcntl.ioctl(fd, GETXATTR, raw, True)
            fields = list(struct.unpack("<5I8s", raw))
            fields[3], fields[0] = 4711, fields[0] | flags
            fcntl.ioctl(fd, SETXATTR, struct.pack("<5I8s", *fields))
            fcntl.ioctl(fd, GETXATTR, raw, True)
            check(struct.unpack("<5I8s", raw)[3] == 4711, "the project is dropped")
        finally:
            os.close(fd)

    write(b"file")
    give(b"file")
    os.mkdir(b"folder")
    give(b"folder", 0x200)  # FS_XFLAG_PROJINHERIT
    write(b"folder/inherits")


def access_times():
    write(b"file")
    os.utime(b"file", ns=(1_111_111_111 * SECOND, 1_222_222_222 * SECOND))


ASPECTS = [
    ("sizes", sizes), ("large", large), ("folders", folders), ("names", names), ("long-paths", long_paths),
    ("hard-links", hard_links), ("hard-links-of-nodes", hard_links_of_nodes),
    ("hard-links-of-flagged", hard_links_of_flagged), ("symbolic-links", symbolic_links),
    ("fifos", fifos), ("sockets", sockets), ("devices", devices), ("owners", owners), ("modes", modes),
    ("times-nanoseconds", times_to_the_nanosecond), ("times-epoch", times_at_the_epoch),
    ("times-before-1970", times_before_1970), ("times-before-1901", times_before_1901),
    ("times-future", future_times), ("times-after-2038", times_after_2038), ("times-after-2106", times_after_2106),
    ("times-after-2446", times_after_2446), ("times-after-2486", times_after_2486),
    ("xattrs-user", user_xattrs), ("xattrs-large", large_xattrs), ("xattrs-huge", huge_xattrs),
    ("xattrs-trusted", trusted_xattrs), ("xattrs-security", security_xattrs), ("capabilities", capabilities),
    ("acl-access", access_lists), ("acl-default", default_access_lists),
    ("flag-immutable", flagged(IMMUTABLE)), ("flag-append", flagged(APPEND)), ("flag-nodump", flagged(NODUMP)),
    ("flag-noatime", flagged(NOATIME)), ("flag-nocow", no_copy_on_write), ("holes", holes),
    ("holes-beyond-4-gib", beyond_4_gib), ("holes-of-a-terabyte", far_holes), ("unwritten", unwritten(False)),
    ("unwritten-past-end", unwritten(True)), ("project-ids", project_ids), ("access-times", access_times),
]


def main(root):
    os.umask(0o022)
    os.makedirs(root)
    for aspect, make in ASPECTS:
        os.chdir(root)
        os.mkdir(aspect)
        os.chdir(aspect)
        try:
            make()
            print(json.dumps({"aspect": aspect, "made": True, "why": ""}))
        except (OSError, Unsupported) as e:
            why = os.strerror(e.errno) if isinstance(e, OSError) else str(e)
            print(json.dumps({"aspect": aspect, "made": False, "why": why}))


main(os.fsencode(sys.argv[1]))
