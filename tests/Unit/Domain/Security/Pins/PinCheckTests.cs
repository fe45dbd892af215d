using Coffer.Domain;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Pins;

namespace Coffer.Unit.Domain.Security.Pins;

public sealed class PinCheckTests
{
    private const string Wrong = "00000-00000";

    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly OperationTarget s_target = new(CriticalOperation.ChangePassphrase, MachineId.New(), "");

    /// <summary>Each outcome, how it comes about, and what the machine is told.</summary>
    public static TheoryData<PinOutcome, string?> Outcomes => new()
    {
        { PinOutcome.Accepted, null },
        { PinOutcome.Wrong, "pin.wrong" },
        { PinOutcome.Expired, "pin.expired" },
        { PinOutcome.Used, "pin.used" },
        { PinOutcome.Void, "pin.void" },
        { PinOutcome.OtherTarget, "pin.other" },
        { PinOutcome.MachineLocked, "pin.locked" },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Try_EachOutcome_HasItsFault(PinOutcome outcome, string? code)
    {
        var check = Reaching(outcome);
        check.Outcome.ShouldBe(outcome);
        check.Refusal?.Code.ShouldBe(code);
        (check.Refusal is null).ShouldBe(outcome == PinOutcome.Accepted);
        bool counts = outcome is PinOutcome.Wrong or PinOutcome.OtherTarget;
        check.Attempts.Wrong.Count.ShouldBe(counts ? 1 : 0);
    }

    [Fact]
    public void Outcomes_OfThisTest_AreAllThereAre() =>
        Outcomes.Select(row => row.Data.Item1).Order().ShouldBe(Enum.GetValues<PinOutcome>());

    [Fact]
    public void Try_NoPin_IsWrongAndCounts()
    {
        var check = PinCheck.Try(null, PinAttempts.None, Wrong, s_target, s_noon);
        check.Outcome.ShouldBe(PinOutcome.Wrong);
        check.Pin.ShouldBeNull();
        check.Attempts.Wrong.ShouldBe([s_noon]);
    }

    [Fact]
    public void Try_TheFifthWrong_LocksOnceAndRefusesTheRightOne()
    {
        var (pin, text) = Make();
        var attempts = PinAttempts.None;
        var told = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            // A new PIN each time: it is the machine that is counted here.
            var check = PinCheck.Try(pin, attempts, Wrong, s_target, s_noon);
            attempts = check.Attempts;
            check.HasLocked.ShouldBe(i == 4);
            told.Add(check.Refusal!.Code);
        }

        told.ShouldBe(["pin.wrong", "pin.wrong", "pin.wrong", "pin.wrong", "pin.locked"]);
        var right = PinCheck.Try(pin, attempts, text, s_target, s_noon);
        right.Outcome.ShouldBe(PinOutcome.MachineLocked);
        right.HasLocked.ShouldBeFalse();
        right.Pin.ShouldBe(pin);
        right.Attempts.ShouldBe(attempts);
        PinCheck.Try(pin, PinAttempts.None, text, s_target, s_noon).Outcome.ShouldBe(PinOutcome.Accepted);
    }

    [Fact]
    public void Try_ARightPinInBetween_ClearsNothing()
    {
        var attempts = PinAttempts.None;
        for (int i = 0; i < 4; i++)
            attempts = PinCheck.Try(null, attempts, Wrong, s_target, s_noon).Attempts;
        var (pin, text) = Make();
        attempts = PinCheck.Try(pin, attempts, text, s_target, s_noon).Attempts;
        PinCheck.Try(null, attempts, Wrong, s_target, s_noon).HasLocked.ShouldBeTrue();
    }

    private static PinCheck Reaching(PinOutcome outcome)
    {
        var (pin, text) = Make();
        var (target, now) = (s_target, s_noon);
        var attempts = PinAttempts.None;
        switch (outcome)
        {
            case PinOutcome.Wrong: text = Wrong; break;
            case PinOutcome.Expired: now = pin.Ends; break;
            case PinOutcome.Used: pin = pin with { IsUsed = true }; break;
            case PinOutcome.Void: pin = pin with { WrongTries = 5 }; break;
            case PinOutcome.OtherTarget: target = target with { Object = "another" }; break;
            case PinOutcome.MachineLocked: attempts = new PinAttempts([], now.AddMinutes(1)); break;
        }

        return PinCheck.Try(pin, attempts, text, target, now);
    }

    private static (SecurityPin Pin, string Text) Make()
    {
        byte[] random = [.. Enumerable.Range(1, SecurityPin.RandomSize).Select(i => (byte)i)];
        return SecurityPin.Make(s_target, s_noon, random);
    }
}
