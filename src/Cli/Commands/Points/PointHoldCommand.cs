using System.CommandLine;
using Coffer.Agent.Browsing;
using Coffer.Agent.Homes;
using Coffer.Cli.Compose;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts.Points;

namespace Coffer.Cli.Commands.Points;

/// <summary><c>coffer point hold POINT</c> and <c>release POINT</c>.</summary>
internal sealed class PointHoldCommand : CofferCommand
{
    private readonly bool _isRelease;

    private readonly Argument<string> _point = new("POINT")
    {
        Description = "The recovery point: an id, or the beginning of one",
    };

    private PointHoldCommand(bool isRelease, string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        _isRelease = isRelease;
        Add(_point);
        if (isRelease) Add(SharedOptions.PinFile);
    }

    public static PointHoldCommand Hold() => new(false,
        "hold", "Keep a point, whatever its policy says, until it is released", "coffer point hold 4f1c09ab");

    public static PointHoldCommand Release() => new(true,
        "release", "Let a held point go by its policy again; a served vault wants a security PIN",
        "coffer point release 4f1c09ab", "coffer point release 4f1c09ab --pin-file -");

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        var point = await PinInput.AskedAsync(invocation, pin => ChangeAsync(invocation, machine, pin));
        invocation.Printer.Line($"Point {Words.Short(point.Id.ToString())} of {point.SourceLabel}"
            + $" ({Words.Time(point.ReceivedAt)}) "
            + (_isRelease ? "goes by its policy again." : "is kept until it is released."));
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("point"u8, point.Id.ToString());
            json.WriteBoolean("isHeld"u8, !_isRelease);
        });
    }

    private async Task<PointDescription> ChangeAsync(
        Invocation invocation, MachineRegistration machine, string? pin)
    {
        await using var vault = await Vaults.ForWritingAsync(invocation, machine, $"coffer point {Name}", pin);
        var all = await vault.ListPointsAsync(new PointFilter(machine.Id), invocation.Cancellation);
        var point = PointChooser.One(all, invocation.Value(_point)!);
        if (_isRelease) await vault.ReleasePointAsync(point.Id, invocation.Cancellation);
        else await vault.HoldPointAsync(point.Id, invocation.Cancellation);
        return point;
    }
}
