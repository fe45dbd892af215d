using System.Runtime.InteropServices;
using Coffer.FileSystem.Linux;
using static Coffer.FileSystem.Machines.Programs.ProcessCalls;

namespace Coffer.FileSystem.Machines.Programs;

/// <summary>posix_spawn(3), with what it takes for it in memory.</summary>
internal static unsafe class SpawnCall
{
    /// <summary>More than the opaque structures of glibc and musl, which take up to 336 bytes.</summary>
    private const int StructureWords = 64;

    /// <summary>sigset_t, 128 bytes.</summary>
    private const int SignalWords = 16;

    /// <summary>This process may ignore some of them, or was started so; a program expects them as usual.</summary>
    private static readonly int[] s_signals = [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM];

    public static OsError Make(ProgramOrder order, int output, int errors, out int pid)
    {
        ulong* actions = stackalloc ulong[StructureWords], attributes = stackalloc ulong[StructureWords];
        pid = 0;
        int failed = posix_spawn_file_actions_init(actions);
        if (failed != 0) return OsError.FromErrno(failed);
        failed = posix_spawnattr_init(attributes);
        if (failed == 0)
        {
            failed = SetStreams(actions, output, errors);
            if (failed == 0) failed = SetSignals(attributes);
            if (failed == 0) failed = Spawn(order, actions, attributes, out pid);
            _ = posix_spawnattr_destroy(attributes);
        }

        _ = posix_spawn_file_actions_destroy(actions);
        return OsError.FromErrno(failed);
    }

    private static int SetStreams(void* actions, int output, int errors)
    {
        fixed (byte* nothing = "/dev/null\0"u8, root = "/\0"u8)
        {
            int failed = posix_spawn_file_actions_addopen(actions, 0, nothing, Libc.O_RDONLY, 0);
            if (failed == 0) failed = posix_spawn_file_actions_adddup2(actions, output, 1);
            if (failed == 0) failed = posix_spawn_file_actions_adddup2(actions, errors, 2);
            return failed != 0 ? failed : posix_spawn_file_actions_addchdir_np(actions, root);
        }
    }

    private static int SetSignals(void* attributes)
    {
        ulong* signals = stackalloc ulong[SignalWords];
        _ = sigemptyset(signals);
        int failed = posix_spawnattr_setsigmask(attributes, signals);
        foreach (int signal in s_signals) _ = sigaddset(signals, signal);
        if (failed == 0) failed = posix_spawnattr_setsigdefault(attributes, signals);
        const short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID;
        return failed != 0 ? failed : posix_spawnattr_setflags(attributes, flags);
    }

    private static int Spawn(ProgramOrder order, void* actions, void* attributes, out int pid)
    {
        byte** arguments = Strings([order.Path, .. order.Arguments]);
        byte** environment = Strings([
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
            .. order.Environment.Select(pair => $"{pair.Key}={pair.Value}")]);
        int child;
        int failed = posix_spawn(&child, arguments[0], actions, attributes, arguments, environment);
        pid = failed == 0 ? child : 0;
        Free(arguments);
        Free(environment);
        return failed;
    }

    private static byte** Strings(string[] texts)
    {
        byte** strings = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Length + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < texts.Length; i++) strings[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        return strings;
    }

    private static void Free(byte** strings)
    {
        for (byte** next = strings; *next != null; next++) Marshal.FreeCoTaskMem((nint)(*next));
        NativeMemory.Free(strings);
    }
}
