using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Pins;

namespace Coffer.Unit.Domain.Security.Pins;

public sealed class SecurityPinTests
{
    private const string Wrong = "00000-00000";

    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly MachineId s_machine = MachineId.New();
    private static readonly OperationTarget s_target = new(CriticalOperation.DeleteData, s_machine, "source 1");

    [Fact]
    public void Make_RandomBytes_GiveTenSignsThatAreEasyToType()
    {
        var (pin, text) = Make();
        text.ShouldMatch("^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$");
        text.ShouldBe("12345-6789A");
        pin.Hash.Length.ShouldBe(32);
        pin.Salt.Length.ShouldBe(16);
    }

    [Fact]
    public void Make_EveryByte_CountsAndSignsAreEven()
    {
        var counts = new Dictionary<char, int>();
        for (int b = 0; b < 256; b++)
        {
            byte[] random = new byte[SecurityPin.RandomSize];
            random[9] = (byte)b;
            char sign = SecurityPin.Make(s_target, s_noon, random).Text[^1];
            counts[sign] = counts.GetValueOrDefault(sign) + 1;
        }

        counts.Count.ShouldBe(32);
        counts.Values.ShouldAllBe(count => count == 8);
    }

    [Fact]
    public void Make_TooFewRandomBytes_IsOurBug() => Should.Throw<System.Diagnostics.UnreachableException>(() =>
        SecurityPin.Make(s_target, s_noon, new byte[SecurityPin.RandomSize - 1]));

    [Fact]
    public void Make_OtherSalt_HasAnotherHash()
    {
        byte[] random = Random();
        var first = SecurityPin.Make(s_target, s_noon, random).Pin;
        random[^1]++;
        SecurityPin.Make(s_target, s_noon, random).Pin.Hash.ShouldNotBe(first.Hash);
    }

    [Theory]
    [InlineData("12345-6789A", PinOutcome.Accepted)]
    [InlineData("123456789a", PinOutcome.Accepted)]
    [InlineData(" 1234 5678 9a ", PinOutcome.Accepted)]
    [InlineData("l2345-6789A", PinOutcome.Accepted)]
    [InlineData("I2345-6789A", PinOutcome.Accepted)]
    [InlineData("12345-6789", PinOutcome.Wrong)]
    [InlineData("12345-6789AA", PinOutcome.Wrong)]
    [InlineData("12345-6789B", PinOutcome.Wrong)]
    [InlineData("12345-6789Ā", PinOutcome.Wrong)]
    [InlineData("", PinOutcome.Wrong)]
    public void Try_Typed_IsTakenAsMeant(string typed, PinOutcome outcome) =>
        Make().Pin.Try(typed, s_target, s_noon).Outcome.ShouldBe(outcome);

    [Fact]
    public void Try_LetterO_IsZero() =>
        SecurityPin.Make(s_target, s_noon, new byte[SecurityPin.RandomSize]).Pin
            .Try("oOo0o-ooooo", s_target, s_noon).Outcome.ShouldBe(PinOutcome.Accepted);

    [Fact]
    public void Try_VeryLongText_IsWrong() =>
        Make().Pin.Try(new string('1', 1 << 20), s_target, s_noon).Outcome.ShouldBe(PinOutcome.Wrong);

    [Theory]
    [InlineData(-1, PinOutcome.Expired)]
    [InlineData(0, PinOutcome.Accepted)]
    [InlineData(299, PinOutcome.Accepted)]
    [InlineData(300, PinOutcome.Expired)]
    [InlineData(86_400, PinOutcome.Expired)]
    public void Try_SecondsAfterItWasMade_IsWithinFiveMinutes(int seconds, PinOutcome outcome)
    {
        var (pin, text) = Make();
        var now = s_noon.AddSeconds(seconds);
        pin.IsOpen(now).ShouldBe(outcome == PinOutcome.Accepted);
        pin.Try(text, s_target, now).Outcome.ShouldBe(outcome);
    }

    [Fact]
    public void Try_Twice_IsAcceptedOnce()
    {
        var (pin, text) = Make();
        var used = pin.Try(text, s_target, s_noon).Next;
        used.IsUsed.ShouldBeTrue();
        used.IsOpen(s_noon).ShouldBeFalse();
        used.Try(text, s_target, s_noon).ShouldBe((PinOutcome.Used, used));
        used.Try(Wrong, s_target, s_noon).Outcome.ShouldBe(PinOutcome.Wrong);
    }

    public static TheoryData<OperationTarget> OtherTargets =>
    [
        s_target with { Operation = CriticalOperation.Unregister },
        s_target with { Machine = MachineId.New() },
        s_target with { Machine = null },
        s_target with { Object = "source 2" },
        s_target with { Object = "Source 1" },
    ];

    [Theory]
    [MemberData(nameof(OtherTargets))]
    public void Try_OtherTarget_IsRefusedAndCounts(OperationTarget target)
    {
        var (pin, text) = Make();
        var (outcome, next) = pin.Try(text, target, s_noon);
        outcome.ShouldBe(PinOutcome.OtherTarget);
        next.WrongTries.ShouldBe(1);
        next.Try(text, s_target, s_noon).Outcome.ShouldBe(PinOutcome.Accepted);
    }

    [Fact]
    public void Try_FiveWrong_VoidIt()
    {
        var (pin, text) = Make();
        for (int i = 0; i < 4; i++) pin = pin.Try(Wrong, s_target, s_noon).Next;
        pin.IsVoid.ShouldBeFalse();
        pin.Try(text, s_target, s_noon).Outcome.ShouldBe(PinOutcome.Accepted);
        pin = pin.Try(Wrong, s_target, s_noon).Next;
        pin.IsVoid.ShouldBeTrue();
        pin.Try(text, s_target, s_noon).ShouldBe((PinOutcome.Void, pin));
        pin.Try(Wrong, s_target, s_noon).Next.WrongTries.ShouldBe(5);
    }

    [Fact]
    public void ToString_OfAPin_DoesNotHoldItsText() => Make().Pin.ToString().ShouldNotContain("6789A");

    private static (SecurityPin Pin, string Text) Make() => SecurityPin.Make(s_target, s_noon, Random());

    /// <summary>1, 2, 3 … as signs: 12345-6789A.</summary>
    private static byte[] Random() => [.. Enumerable.Range(1, SecurityPin.RandomSize).Select(i => (byte)(i | 0xE0))];
}
