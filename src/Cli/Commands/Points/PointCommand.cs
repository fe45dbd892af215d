using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Points;

/// <summary><c>coffer point</c>: the same as <c>point list</c>.</summary>
internal sealed class PointCommand : ReadingCommand
{
    private readonly PointListCommand _list = new();

    public PointCommand()
        : base("point", "List recovery points, show one, or keep one", "coffer point", "coffer point show latest",
            "coffer point hold 4f1c09ab", "coffer point extend 4f1c09ab --until 2031-12-31")
    {
        Aliases.Add("points");
        AddLocal();
        Add(_list);
        Add(new PointShowCommand());
        Add(PointHoldCommand.Hold());
        Add(PointHoldCommand.Release());
        Add(new PointExtendCommand());
        Add(new PointRemoveCommand());
    }

    public override Task<Outcome> RunAsync(Invocation invocation) => _list.RunAsync(invocation);
}
