using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Machines.Programs;

/// <summary>A program that was started and is not given back to the system yet.</summary>
/// <remarks>The framework's own starter can make no group, and ends what hangs only one by one.</remarks>
internal sealed class SpawnedProgram : IDisposable
{
    /// <summary>How soon one that cannot be killed is given up.</summary>
    private const int LookEveryMilliseconds = 1000;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Rounds of reading once it has ended: what it left running could write for ever.</summary>
    private const int LastRounds = 64;

    private readonly int _pid, _watch;
    private readonly PipeEnd _output, _errors;
    private volatile bool _isGivenUp;

    /// <exception cref="TaskSchedulerException">No thread can be had to read what it writes.</exception>
    private SpawnedProgram(int pid, int watch, PipeEnd output, PipeEnd errors, TaskScheduler threads)
    {
        (_pid, _watch, _output, _errors) = (pid, watch, output, errors);
        // Of its own, as it only waits.
        Ended = Task.Factory.StartNew(Pump, CancellationToken.None, TaskCreationOptions.LongRunning, threads);
    }

    /// <summary>It has ended and all that it wrote is read; or it was given up.</summary>
    public Task Ended { get; }

    /// <param name="threads">Where the thread comes from that reads what the program writes.</param>
    public static OsError Start(ProgramOrder order, TaskScheduler threads, out SpawnedProgram? program)
    {
        program = null;
        OsError error = PipeEnd.Open(order.KeptBytes, out var output);
        var errors = PipeEnd.None;
        if (!error.IsError && !order.JoinsErrors) error = PipeEnd.Open(order.KeptBytes, out errors);
        int pid = 0, watch = -1;
        if (!error.IsError)
            error = SpawnCall.Make(order, output.Into, order.JoinsErrors ? output.Into : errors.Into, out pid);
        if (!error.IsError) watch = (int)ProcessCalls.syscall(ProcessCalls.SYS_pidfd_open, pid, 0);
        if (!error.IsError && watch < 0) error = Abandon(pid, OsError.Last());
        // Only the program has them now: they end with it.
        output.CloseInto();
        errors.CloseInto();
        try
        {
            if (!error.IsError) program = new SpawnedProgram(pid, watch, output, errors, threads);
        }
        catch (TaskSchedulerException)
        {
            error = Abandon(pid, OsError.FromErrno(Errno.EAGAIN)); // what a thread is refused with
            _ = Libc.close(watch);
        }

        if (!error.IsError) return error;
        output.Dispose();
        errors.Dispose();
        return error;
    }

    /// <summary>Asks all of it to end, and makes it end after the grace.</summary>
    public async Task EndAsync(TimeSpan grace, TimeProvider time)
    {
        long asked = time.GetTimestamp();
        Signal(ProcessCalls.SIGTERM);
        await EndsWithinAsync(grace, time);
        // What it started has as long: a shell ends at once, the dump that it runs does not.
        while (time.GetElapsedTime(asked) < grace && ProcessGroup.IsAlive(_pid)) await Task.Delay(s_look, time);
        Signal(ProcessCalls.SIGKILL);
        // One in the midst of a call into a dead disk is not even killed.
        if (!await EndsWithinAsync(grace, time)) _isGivenUp = true;
        await Ended;
    }

    /// <summary>Gives its number back; nothing else may be called afterwards.</summary>
    /// <param name="cut">Why it was ended; null where it ended by itself.</param>
    public unsafe ProgramEnd Collect(ProgramEnding? cut)
    {
        int status;
        // Of a process whose SIGCHLD is ignored the system keeps no status; that counts as no success.
        if (ProcessCalls.waitpid(_pid, &status, ProcessCalls.WNOHANG) != _pid) status = 0xff00;
        int signal = status & 0x7f;
        var ending = cut ?? (signal == 0 ? ProgramEnding.Exited : ProgramEnding.Signalled);
        int code = signal == 0 ? (status >> 8) & 0xff : signal;
        return new ProgramEnd(
            ending, code, _output.Tail.ToArray(), _errors.Tail.ToArray(), _output.Tail.TotalBytes);
    }

    public void Dispose()
    {
        _ = Libc.close(_watch);
        _output.Dispose();
        _errors.Dispose();
    }

    /// <summary>Nobody could wait for it: it must not go on by itself, nor its number stay taken.</summary>
    private static unsafe OsError Abandon(int pid, OsError error)
    {
        int status;
        _ = Libc.kill(-pid, ProcessCalls.SIGKILL);
        _ = ProcessCalls.waitpid(pid, &status, 0);
        return error;
    }

    private async Task<bool> EndsWithinAsync(TimeSpan time, TimeProvider clock)
    {
        try
        {
            await Ended.WaitAsync(time, clock);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Signal(int signal) => _ = Libc.kill(-_pid, signal);

    private unsafe void Pump()
    {
        var buffer = new byte[Limits.PipeBytes];
        Span<PollEntry> entries = stackalloc PollEntry[3];
        while (!_isGivenUp)
        {
            entries[0] = new PollEntry { Descriptor = _watch, Wanted = ProcessCalls.POLLIN };
            entries[1] = new PollEntry { Descriptor = _output.Descriptor, Wanted = ProcessCalls.POLLIN };
            entries[2] = new PollEntry { Descriptor = _errors.Descriptor, Wanted = ProcessCalls.POLLIN };
            fixed (PollEntry* first = entries)
                _ = ProcessCalls.poll(first, (nuint)entries.Length, LookEveryMilliseconds);
            bool hasEnded = entries[0].Found != 0;
            for (int round = hasEnded ? LastRounds : 1; round > 0; round--)
                if (!(_output.Read(buffer) | _errors.Read(buffer))) break;
            if (hasEnded) return;
        }
    }
}
