using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Coffer.EndToEnd;

/// <summary>A command with <c>--json</c> that is met while it runs.</summary>
internal sealed partial class RunningCoffer
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Machine _machine;
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public RunningCoffer(Machine machine, params string[] arguments)
    {
        _machine = machine;
        // As from a terminal: whoever runs these tests in the background has some signals ignored.
        _process = Process.Start(machine.StartOf(
            "/usr/bin/env", ["--default-signal=HUP,INT,TERM", Machine.Command, .. arguments, "--json"]))!;
        _process.StandardInput.Close();
    }

    public int Id => _process.Id;

    /// <summary>Reads until a line holds this text; ends the command where none does.</summary>
    public void WaitFor(string text)
    {
        using (var limit = new Timer(_ => _process.Kill(), null, s_patience, Timeout.InfiniteTimeSpan))
            while (_process.StandardOutput.ReadLine() is { } line)
            {
                _output.Append(line).Append('\n');
                if (line.Contains(text, StringComparison.Ordinal)) return;
            }

        Assert.Fail($"It never came to '{text}':\n{_output}\n{_process.StandardError.ReadToEnd()}");
    }

    /// <summary>Looks again and again until it is so or the command has ended.</summary>
    public void WaitUntil(Func<bool> isSo)
    {
        while (!_process.HasExited && !isSo()) Thread.Yield();
    }

    /// <summary>Without a process of its own, which would take longer to start than a small backup takes.</summary>
    public void Signal(PosixSignal signal) => Kill(_process.Id, NumberOf(signal)).ShouldBe(0);

    /// <summary>Nothing in it goes on until <see cref="Thaw"/>.</summary>
    public void Freeze() => Kill(_process.Id, Stop).ShouldBe(0);

    public void Thaw() => Kill(_process.Id, Continue).ShouldBe(0);

    /// <summary>As a lost power would.</summary>
    public void Kill()
    {
        _process.Kill();
        End();
    }

    public Run End()
    {
        _output.Append(_process.StandardOutput.ReadToEnd());
        string errors = _process.StandardError.ReadToEnd();
        _process.WaitForExit();
        var run = new Run(_process.ExitCode, _output.ToString(), errors);
        _process.Dispose();
        return run;
    }

    private const int Continue = 18, Stop = 19;

    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
