using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Machines.Programs;

/// <summary>The end of a pipe that is read from, without ever waiting for it.</summary>
internal sealed unsafe class PipeEnd : IDisposable
{
    private PipeEnd(int descriptor, OutputTail tail) => (Descriptor, Tail) = (descriptor, tail);

    public static PipeEnd None => new(-1, new OutputTail(0));

    /// <summary>−1 once nobody can write into it any more: a poll passes over it.</summary>
    public int Descriptor { get; private set; }

    public OutputTail Tail { get; }

    /// <param name="into">For the program; the caller closes it.</param>
    public static OsError Open(int keptBytes, out PipeEnd end, out int into)
    {
        (end, into) = (None, -1);
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0) return OsError.Last();
        into = ends[1];
        end = new PipeEnd(ends[0], new OutputTail(keptBytes));
        // This end alone: the program expects that writing waits.
        return Libc.fcntl(ends[0], Libc.F_SETFL, Libc.O_NONBLOCK) == 0 ? OsError.None : OsError.Last();
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
    }
}
