using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Machines.Programs;

/// <summary>The end of a pipe that is read from, without ever waiting for it.</summary>
internal sealed unsafe class PipeEnd : IDisposable
{
    private PipeEnd(int descriptor, int into, int keptBytes) =>
        (Descriptor, Into, Tail) = (descriptor, into, new OutputTail(keptBytes));

    public static PipeEnd None => new(-1, -1, 0);

    /// <summary>−1 once nobody can write into it any more: a poll passes over it.</summary>
    public int Descriptor { get; private set; }

    /// <summary>The other end, for the program.</summary>
    public int Into { get; private set; }

    public OutputTail Tail { get; }

    public static OsError Open(int keptBytes, out PipeEnd end)
    {
        end = None;
        int* ends = stackalloc int[2];
        if (ProcessCalls.pipe2(ends, Libc.O_CLOEXEC) != 0) return OsError.Last();
        end = new PipeEnd(ends[0], ends[1], keptBytes);
        // This end alone: the program expects that writing waits.
        return Libc.fcntl(ends[0], ProcessCalls.F_SETFL, Libc.O_NONBLOCK) == 0 ? OsError.None : OsError.Last();
    }

    public void CloseInto()
    {
        if (Into >= 0) _ = Libc.close(Into);
        Into = -1;
    }

    /// <summary>Reads what is there, once; false where there is nothing.</summary>
    public bool Read(byte[] buffer)
    {
        if (Descriptor < 0) return false;
        nint got;
        fixed (byte* bytes = buffer) got = Libc.read(Descriptor, bytes, (nuint)buffer.Length);
        if (got > 0) Tail.Add(buffer.AsSpan(0, (int)got));
        if (got == 0) Dispose();
        return got > 0;
    }

    public void Dispose()
    {
        if (Descriptor >= 0) _ = Libc.close(Descriptor);
        Descriptor = -1;
        CloseInto();
    }
}
