using System.Text;
using Coffer.Agent.Homes;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Homes;

public sealed class LocalPointSettingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public void Settings_WithLocalPoints_ComeBackAsTheyWere(int number) => AgentSettings.Decode(
        new AgentSettings { LocalPoints = number }.Encode(), "settings.json").LocalPoints.ShouldBe(number);

    [Theory]
    [InlineData("""{"localPoints":-1}""")]
    [InlineData("""{"localPoints":11}""")]
    [InlineData("""{"localPoints":4294967297}""")]
    [InlineData("""{"localPoints":"2"}""")]
    public void Settings_WithANumberThatCannotBe_AreDamaged(string json) => Should.Throw<CorruptionException>(
        () => AgentSettings.Decode(Encoding.UTF8.GetBytes(json), "settings.json"));
}
