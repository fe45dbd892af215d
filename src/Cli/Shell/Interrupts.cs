using System.Runtime.InteropServices;
using Coffer.Cli.Output;

namespace Coffer.Cli.Shell;

/// <summary>
/// The first Ctrl-C or request to end cancels. The second ends the process at once; nothing that was committed is lost
/// by that either.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Printer _printer;
    private readonly CofferCommand _command;
    private int _count;

    public Interrupts(Printer printer, CofferCommand command)
    {
        (_printer, _command) = (printer, command);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),

            // The terminal was closed or the line dropped; under nohup it is ignored, and stays so.
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
    }

    public CancellationToken Token => _cancellation.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _cancellation.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1) Environment.Exit((int)ExitCode.Cancelled);
        _printer.Note($"{_command.InterruptNote} Once more ends at once.");
        _cancellation.Cancel();
    }
}
