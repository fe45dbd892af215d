using Coffer.Agent.Restores;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;
using Shouldly;
using Xunit;

namespace Coffer.Unit.Agent.Restores;

public sealed class RestoreTallyTests
{
    private static readonly OsError NotPermitted = new(1, OsCause.NotPermitted);

    [Fact]
    public void Find_OwnersAsAnotherUserThanRoot_AreToldOnce()
    {
        var tally = new RestoreTally(isRoot: false);
        foreach (byte name in "abc"u8) tally.Find([name], [new Shortfall(ShortfallKind.Owner, "", NotPermitted)]);
        tally.Find("d"u8, [new Shortfall(ShortfallKind.Xattr, "user.x", NotPermitted)]);
        var result = tally.Result(isResumed: false);
        result.FindingsTotal.ShouldBe(2);
        result.Findings[0].Code.ShouldBe("metadata.owner");
        result.Findings[0].Reason.ShouldContain("2 more");
        result.Findings[1].Code.ShouldBe("metadata.not-taken");
    }

    [Fact]
    public void Find_OwnersAsRoot_AreToldEach()
    {
        var tally = new RestoreTally(isRoot: true);
        foreach (byte name in "abc"u8) tally.Find([name], [new Shortfall(ShortfallKind.Owner, "", NotPermitted)]);
        tally.Result(isResumed: false).FindingsTotal.ShouldBe(3);
    }
}
