using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Vault.Sharing;

namespace Coffer.Unit.Vault.Sharing;

/// <summary>Whose copies count for whom.</summary>
public sealed class MemberAudienceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly MachineId Self = MachineId.New(), Other = MachineId.New(), Doubtful = MachineId.New();
    private static readonly SharingTerms Trusting = new(true), Careful = new(false);

    // Doubtful is not believed from noon until one o'clock, and is outside since.
    private static readonly Dictionary<MachineId, Distrust> Distrusted = new()
    {
        [Doubtful] = new Distrust(
            Doubtful, new KeyspaceId(Id128.Random()), [new DistrustedTime(Noon, Noon.AddHours(1))], true, 1, "console"),
    };

    [Fact]
    public void Counts_WhereMembersTrustEachOther_Everybody()
    {
        var audience = new MemberAudience(Self, Trusting, new Dictionary<MachineId, Distrust>());
        audience.IsEverybody.ShouldBeTrue();
        audience.Counts(Other, Noon).ShouldBeTrue();
        audience.Counts(null, Noon).ShouldBeTrue();
    }

    [Fact]
    public void Counts_WhereTheyDoNot_OneselfAlone()
    {
        var audience = new MemberAudience(Self, Careful, new Dictionary<MachineId, Distrust>());
        audience.IsEverybody.ShouldBeFalse();
        audience.Counts(Self, Noon).ShouldBeTrue();
        audience.Marks(Self, Noon).ShouldBeTrue();
        audience.Counts(Other, Noon).ShouldBeFalse();
        audience.Counts(null, Noon).ShouldBeFalse();
    }

    [Theory]
    [InlineData(-1, true, true)] // before
    [InlineData(30, false, false)] // within
    [InlineData(60, false, true)] // its end: not believed by others, by itself it is
    [InlineData(120, false, true)]
    public void Counts_OfOneThatIsDistrusted_ByTheTime(int minutes, bool forOthers, bool forItself)
    {
        var sent = Noon.AddMinutes(minutes);
        new MemberAudience(Self, Trusting, Distrusted).Counts(Doubtful, sent).ShouldBe(forOthers);
        new MemberAudience(Doubtful, Trusting, Distrusted).Counts(Doubtful, sent).ShouldBe(forItself);
        new MemberAudience(Doubtful, Careful, Distrusted).Counts(Doubtful, sent).ShouldBe(forItself);
        new MemberAudience(Doubtful, null, Distrusted).Counts(Doubtful, sent).ShouldBe(forItself);
    }

    /// <summary>
    /// What the circle has counts for one outside of it, so its own finding may be less than the circle's: it marks
    /// what it sent, and nothing else.
    /// </summary>
    [Fact]
    public void Marks_OfOneOutside_ItsOwnCopiesAlone()
    {
        var outside = new MemberAudience(Doubtful, Trusting, Distrusted);
        outside.Counts(Other, Noon).ShouldBeTrue();
        outside.Marks(Other, Noon).ShouldBeFalse();
        outside.Marks(Doubtful, Noon.AddHours(2)).ShouldBeTrue();
        outside.Marks(Doubtful, Noon.AddHours(-1)).ShouldBeFalse(); // that one counts for the others as well
        var inside = new MemberAudience(Self, Trusting, Distrusted);
        inside.Marks(Other, Noon).ShouldBeTrue();
        inside.Marks(Doubtful, Noon.AddHours(-1)).ShouldBeTrue();
        inside.Marks(Doubtful, Noon.AddHours(2)).ShouldBeFalse();
        inside.Counts(null, Noon).ShouldBeFalse(); // it may have been Doubtful's
    }

    [Fact]
    public void Times_ThatTouch_BecomeOne()
    {
        DistrustedTime first = new(Noon, Noon.AddHours(1)), later = new(Noon.AddHours(5), Noon.AddHours(6));
        Distrust.Joined([first, later], new DistrustedTime(Noon.AddMinutes(30), Noon.AddHours(2)))
            .ShouldBe([new DistrustedTime(Noon, Noon.AddHours(2)), later]);
        Distrust.Joined([first, later], new DistrustedTime(Noon.AddHours(-1), Noon.AddHours(9)))
            .ShouldBe([new DistrustedTime(Noon.AddHours(-1), Noon.AddHours(9))]);
        Distrust.Joined([first], later).ShouldBe([first, later]);
    }
}
