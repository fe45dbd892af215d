using Coffer.Domain.Security.SignIn;

namespace Coffer.Unit.Domain.Security.SignIn;

public sealed class SecondFactorTests
{
    private const long Step = 59_000_000;

    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(Step * 30 + 7);
    private static readonly SecondFactor s_factor = new("12345678901234567890"u8.ToArray());

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Accept_CodeOfAStep_IsWithinOne(int steps, bool taken)
    {
        var next = s_factor.Accept(CodeAt(Step + steps), s_now);
        (next is not null).ShouldBe(taken);
        next?.LastStep.ShouldBe(Step + steps);
    }

    [Fact]
    public void Accept_TheSameCode_IsTakenOnce()
    {
        var next = s_factor.Accept(CodeAt(Step), s_now)!;
        next.Accept(CodeAt(Step), s_now).ShouldBeNull();
        next.Accept(CodeAt(Step), s_now.AddSeconds(30)).ShouldBeNull();
    }

    [Fact]
    public void Accept_AnOlderStepThanTheLast_IsRefusedAndALaterOneTaken()
    {
        var next = s_factor.Accept(CodeAt(Step), s_now)!;
        next.Accept(CodeAt(Step - 1), s_now).ShouldBeNull();
        next.Accept(CodeAt(Step + 1), s_now)!.LastStep.ShouldBe(Step + 1);
    }

    [Fact]
    public void Accept_OtherKeyOrNoCode_IsRefused()
    {
        s_factor.Accept("", s_now).ShouldBeNull();
        s_factor.Accept("abcdef", s_now).ShouldBeNull();
        new SecondFactor("12345678901234567891"u8.ToArray()).Accept(CodeAt(Step), s_now).ShouldBeNull();
    }

    private static string CodeAt(long step) => Totp.CodeAt(s_factor.Key, step).ToString("D6");
}
