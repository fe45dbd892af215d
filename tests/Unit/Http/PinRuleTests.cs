using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Wire;
using Coffer.Domain;

namespace Coffer.Unit.Http;

/// <summary>Which keys of its vault a machine takes, and for how long.</summary>
public sealed class PinRuleTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] s_first = Key(1), s_second = Key(2), s_third = Key(3);

    private static readonly ServiceAddress s_known =
        new(new Uri("https://vault.example/"), s_first, VaultId.New(), "default");

    [Fact]
    public void Announcement_OverThePinnedKey_IsTakenBesideThat()
    {
        var after = PinRule.After(s_known, s_first, Next(s_second, 30), s_now);
        (after.Pin, after.NextPin).ShouldBe((s_first, Next(s_second, 30)));
        PinRule.Accepts(after, s_first).ShouldBeTrue();
        PinRule.Accepts(after, s_second).ShouldBeTrue();
        PinRule.Accepts(after, s_third).ShouldBeFalse();
        PinRule.Accepts(after, []).ShouldBeFalse();
    }

    [Fact]
    public void Announcement_ToldAgain_ChangesNothing()
    {
        var after = PinRule.After(s_known, s_first, Next(s_second, 30), s_now);
        PinRule.After(after, s_first, new NextPin([.. s_second], s_now.AddDays(30)), s_now)
            .ShouldBeSameAs(after);
        PinRule.After(s_known, s_first, null, s_now).ShouldBeSameAs(s_known);
    }

    [Fact]
    public void Announcement_OfAnother_TakesThePlaceOfTheOne_AndNoneTakesItBack()
    {
        var one = PinRule.After(s_known, s_first, Next(s_second, 30), s_now);
        var other = PinRule.After(one, s_first, Next(s_third, 40), s_now);
        PinRule.Accepts(other, s_second).ShouldBeFalse();
        other.NextPin.ShouldBe(Next(s_third, 40));
        PinRule.After(other, s_first, null, s_now).NextPin.ShouldBeNull();
    }

    [Fact]
    public void Key_ThatWasAnnounced_TakesOverWhenItsTimeHasComeAndItWasSeen()
    {
        var after = PinRule.After(s_known, s_first, Next(s_second, 30), s_now);
        PinRule.After(after, s_first, Next(s_second, 30), s_now.AddDays(40)).Pin.ShouldBe(s_first, "not seen yet");
        PinRule.After(after, s_second, null, s_now.AddDays(29)).ShouldBeSameAs(after, "seen before its time");
        var changed = PinRule.After(after, s_second, null, s_now.AddDays(30));
        (changed.Pin, changed.NextPin).ShouldBe((s_second, null));
        PinRule.Accepts(changed, s_first).ShouldBeFalse();
    }

    [Fact]
    public void Key_ThatTookOver_MayAnnounceTheNext()
    {
        var after = PinRule.After(s_known, s_first, Next(s_second, 30), s_now);
        var changed = PinRule.After(after, s_second, Next(s_third, 70), s_now.AddDays(31));
        (changed.Pin, changed.NextPin).ShouldBe((s_second, Next(s_third, 70)));
    }

    [Fact]
    public void Announcement_ThatCannotBe_IsPassedOver()
    {
        NextPin[] impossible =
        [
            Next(s_second, 91), Next(s_first, 30), Next([1, 2, 3], 30), new NextPin(s_second, DateTimeOffset.MaxValue),
        ];
        foreach (var told in impossible)
            PinRule.After(s_known, s_first, told, s_now).ShouldBeSameAs(s_known, $"{told}");
    }

    [Fact]
    public void Announcement_OverAKeyThatIsNotPinned_IsPassedOver()
    {
        PinRule.After(s_known, s_third, Next(s_second, 30), s_now).ShouldBeSameAs(s_known);
        PinRule.After(s_known, null, Next(s_second, 30), s_now).ShouldBeSameAs(s_known);
        var trusted = s_known with { Pin = null };
        PinRule.After(trusted, s_first, Next(s_second, 30), s_now).ShouldBeSameAs(trusted);
        PinRule.Accepts(trusted, s_first).ShouldBeFalse();
    }

    [Fact]
    public void Key_ThatIsExpected_IsTheNextFromItsTimeOn()
    {
        var after = PinRule.After(s_known, s_first, Next(s_second, 30), s_now);
        PinRule.Expected(after, s_now.AddDays(29)).ShouldBe(s_first);
        PinRule.Expected(after, s_now.AddDays(30)).ShouldBe(s_second);
    }

    private static NextPin Next(byte[] pin, int days) => new(pin, s_now.AddDays(days));

    private static byte[] Key(byte first)
    {
        byte[] key = new byte[NextPin.PinSize];
        key[0] = first;
        return key;
    }
}
