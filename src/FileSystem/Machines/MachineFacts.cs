using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Machines;

/// <summary>A process in a way that survives the reuse of its number.</summary>
/// <param name="BootId">The boot that it lives in.</param>
/// <param name="StartTicks">Clock ticks between boot and its start.</param>
public sealed record ProcessIdentity(int Pid, string BootId, long StartTicks);

/// <summary>What the running system tells about itself.</summary>
public static unsafe partial class MachineFacts
{
    private const int BootTimeClock = 7;

    public static string HostName => ReadText("/proc/sys/kernel/hostname");

    /// <summary>A random id that is new at each boot.</summary>
    public static string BootId => ReadText("/proc/sys/kernel/random/boot_id");

    /// <summary>Who this process acts as.</summary>
    public static uint EffectiveUid => Account.EffectiveUid;

    public static bool IsRoot => Account.IsRoot;

    /// <summary>
    /// Whether this process may read every file: root's right, or the capability for it (capabilities(7)).
    /// </summary>
    public static bool ReadsEverything
    {
        get
        {
            const ulong dacOverride = 1 << 1, dacReadSearch = 1 << 2;
            string? line = ReadText("/proc/self/status").Split('\n')
                .FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
            int number = line is null ? 0 : line.IndexOf(':') + 1;
            bool isTold = ulong.TryParse(line.AsSpan(number), NumberStyles.HexNumber, null, out ulong all);
            return isTold ? (all & (dacOverride | dacReadSearch)) != 0 : IsRoot;
        }
    }

    /// <summary>Time since boot, sleep included; no change of the wall clock moves it.</summary>
    public static TimeSpan BootClock
    {
        get
        {
            TimeSpec now;
            Domain.Invariant.Holds(clock_gettime(BootTimeClock, &now) == 0);
            return TimeSpan.FromSeconds(now.Seconds) + TimeSpan.FromTicks(now.Nanoseconds / 100);
        }
    }

    public static ProcessIdentity ThisProcess => new(Libc.getpid(), BootId, StartTicksOf(Libc.getpid()) ?? 0);

    /// <summary>False once the process has ended, also when another one has its number now.</summary>
    public static bool IsAlive(ProcessIdentity process) =>
        process.BootId == BootId && StartTicksOf(process.Pid) is { } ticks && ticks == process.StartTicks;

    /// <summary>
    /// The last arguments of this process as the bytes that were given: text would lose names that are not UTF-8.
    /// Null where they cannot be read.
    /// </summary>
    /// <param name="count">How many arguments the program itself was handed.</param>
    public static byte[][]? RawArguments(int count)
    {
        if (Descriptors.ReadFile("/proc/self/cmdline", Limits.KernelTextBytes, out byte[] line).IsError) return null;
        var all = new List<byte[]>();
        ReadOnlySpan<byte> text = line.AsSpan().EndsWith((byte)0) ? line.AsSpan(0, line.Length - 1) : line;
        foreach (Range range in text.Split((byte)0)) all.Add(text[range].ToArray());
        return all.Count < count ? null : [.. all[^count..]];
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, TimeSpec* time);

    // Field 22 of /proc/PID/stat. The command's name before it may hold spaces and brackets, so count from its
    // last ')'.
    private static long? StartTicksOf(int pid)
    {
        if (Descriptors.ReadFile($"/proc/{pid}/stat", 64 << 10, out byte[] stat).IsError) return null;
        ReadOnlySpan<byte> rest = stat.AsSpan(stat.AsSpan().LastIndexOf((byte)')') + 1);
        const int fieldAfterName = 3, startTime = 22;
        int field = fieldAfterName - 1;
        foreach (Range range in rest.Split((byte)' '))
        {
            if (rest[range].IsEmpty) continue;
            field++;
            // A zombie has ended; it only waits for its parent.
            if (field == fieldAfterName && rest[range].SequenceEqual("Z"u8)) return null;
            if (field == startTime) return Utf8Parser.TryParse(rest[range], out long ticks, out _) ? ticks : null;
        }

        return null;
    }

    private static string ReadText(string path) =>
        Descriptors.ReadFile(path, 4096, out byte[] text).IsError ? "" : Encoding.UTF8.GetString(text).TrimEnd('\n');
}
