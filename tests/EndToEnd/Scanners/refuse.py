"""Refuses to have a file opened, as a virus scanner does: fanotify(7), permission events. Says "ready" once it does."""
import ctypes, os, struct, sys

FAN_CLASS_CONTENT, FAN_CLOEXEC, FAN_MARK_ADD = 0x4, 0x1, 0x1
FAN_OPEN_PERM, FAN_DENY, AT_FDCWD = 0x10000, 0x2, -100

libc = ctypes.CDLL(None, use_errno=True)
libc.fanotify_mark.argtypes = [ctypes.c_int, ctypes.c_uint, ctypes.c_uint64, ctypes.c_int, ctypes.c_char_p]
group = libc.fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, os.O_RDONLY)
if group < 0 or libc.fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, os.fsencode(sys.argv[1])) != 0:
    print("unable", os.strerror(ctypes.get_errno()), flush=True)
    sys.exit(0)
print("ready", flush=True)
while True:
    events, at = os.read(group, 4096), 0
    while at < len(events):
        length, _, _, _, _, fd, _ = struct.unpack_from("=IBBHQii", events, at)
        os.write(group, struct.pack("=iI", fd, FAN_DENY))
        os.close(fd)
        at += length
