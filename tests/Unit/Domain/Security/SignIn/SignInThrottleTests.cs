using Coffer.Domain.Security.SignIn;

namespace Coffer.Unit.Domain.Security.SignIn;

public sealed class SignInThrottleTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    [InlineData(6, 1)]
    [InlineData(7, 2)]
    [InlineData(8, 4)]
    [InlineData(15, 512)]
    [InlineData(16, 900)]
    [InlineData(17, 900)]
    [InlineData(int.MaxValue, 900)]
    public void After_WrongPasswordsOfAnAccount_DoublesUpToAQuarterOfAnHour(int failures, int seconds) =>
        SignInPace.OfAccount.After(failures).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(20, 0)]
    [InlineData(21, 1)]
    [InlineData(32, 2048)]
    [InlineData(33, 3600)]
    [InlineData(1_000_000, 3600)]
    public void After_WrongPasswordsFromAnAddress_DoublesUpToAnHour(int failures, int seconds) =>
        SignInPace.OfAddress.After(failures).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Refusal_WhileWaiting_TellsHowLong()
    {
        var throttle = Failed(8);
        throttle.NextTry.ShouldBe(s_noon.AddSeconds(4));
        var fault = throttle.Refusal(s_noon.AddSeconds(1.5));
        fault!.Code.ShouldBe("signin.wait");
        fault.Guidance.ShouldContain("3 s");
        throttle.Refusal(s_noon.AddSeconds(4)).ShouldBeNull();
    }

    [Fact]
    public void Refusal_ANewAccount_TriesAtOnce() => Failed(0).Refusal(s_noon).ShouldBeNull();

    [Fact]
    public void Refusal_AfterTheClockWentBack_KeepsNobodyOut() =>
        Failed(50).Refusal(s_noon.AddYears(-1)).ShouldBeNull();

    [Fact]
    public void AfterFailure_ADayLater_CountsAnew()
    {
        Failed(9).AfterFailure(s_noon.AddHours(23.9)).Failures.ShouldBe(10);
        Failed(9).AfterFailure(s_noon.AddHours(24)).Failures.ShouldBe(1);
    }

    [Fact]
    public void AfterSuccess_OfAnAccount_Forgets() => Failed(30).AfterSuccess().Refusal(s_noon).ShouldBeNull();

    /// <summary>Whoever tries as fast as it goes gets about a hundred guesses a day.</summary>
    [Fact]
    public void NextTry_OfAnImpatientGuesser_LetsFewGuessesThroughInADay()
    {
        var throttle = new SignInThrottle(SignInPace.OfAccount);
        int guesses = 0;
        for (var now = s_noon; now < s_noon.AddDays(1); now = throttle.NextTry > now ? throttle.NextTry : now)
        {
            throttle.Refusal(now).ShouldBeNull();
            throttle = throttle.AfterFailure(now);
            guesses++;
        }

        guesses.ShouldBeInRange(90, 120);
    }

    private static SignInThrottle Failed(int times) => Enumerable.Range(0, times)
        .Aggregate(new SignInThrottle(SignInPace.OfAccount), (throttle, _) => throttle.AfterFailure(s_noon));
}
