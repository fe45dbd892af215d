using Coffer.Domain.Security.Settings;

namespace Coffer.Unit.Domain.Security.Settings;

public sealed class SecurityLevelTests
{
    [Theory]
    [InlineData(true, SoftDeleteMode.Off, Immutability.Off, false, SecurityLevel.Poor)]
    [InlineData(true, SoftDeleteMode.Off, Immutability.Locked, true, SecurityLevel.Poor)]
    [InlineData(false, SoftDeleteMode.On, Immutability.On, true, SecurityLevel.Poor)]
    [InlineData(true, SoftDeleteMode.On, Immutability.Off, false, SecurityLevel.Fair)]
    [InlineData(true, SoftDeleteMode.On, Immutability.Off, true, SecurityLevel.Fair)]
    [InlineData(true, SoftDeleteMode.On, Immutability.On, false, SecurityLevel.Good)]
    [InlineData(true, SoftDeleteMode.On, Immutability.Locked, true, SecurityLevel.Good)]
    [InlineData(true, SoftDeleteMode.AlwaysOn, Immutability.Off, false, SecurityLevel.Good)]
    [InlineData(true, SoftDeleteMode.AlwaysOn, Immutability.Locked, false, SecurityLevel.Good)]
    [InlineData(true, SoftDeleteMode.AlwaysOn, Immutability.On, true, SecurityLevel.Good)]
    [InlineData(true, SoftDeleteMode.AlwaysOn, Immutability.Locked, true, SecurityLevel.Excellent)]
    public void Of_Switches_IsTheLevel(
        bool features, SoftDeleteMode mode, Immutability immutability, bool multiUser, SecurityLevel level) =>
        LevelReport.Of(Settings(features, mode, immutability, multiUser)).Level.ShouldBe(level);

    /// <summary>The steps do what they are for: taken together, or any one of them, they raise the level.</summary>
    [Fact]
    public void Of_StepsTaken_RaiseTheLevel()
    {
        var used = new HashSet<LevelStep>();
        foreach (bool features in new[] { true, false })
            foreach (var mode in Enum.GetValues<SoftDeleteMode>())
                foreach (var immutability in Enum.GetValues<Immutability>())
                    foreach (bool multiUser in new[] { true, false })
                    {
                        var settings = Settings(features, mode, immutability, multiUser);
                        var report = LevelReport.Of(settings);
                        used.UnionWith(report.Steps);
                        (report.Steps.Count == 0).ShouldBe(report.Level == SecurityLevel.Excellent);
                        foreach (var steps in Ways(report))
                            (LevelReport.Of(steps.Aggregate(settings, Taken)).Level > report.Level).ShouldBeTrue();
                    }

        used.Order().ShouldBe(Enum.GetValues<LevelStep>());
    }

    private static IEnumerable<LevelStep[]> Ways(LevelReport report) =>
        report.Steps.Count == 0 ? []
        : report.OneSuffices ? report.Steps.Select(step => new[] { step })
        : [[.. report.Steps]];

    private static SecuritySettings Taken(SecuritySettings settings, LevelStep step) => step switch
    {
        LevelStep.SwitchSecurityFeaturesOn => settings with { HasSecurityFeatures = true },
        LevelStep.SwitchSoftDeleteOn => settings with { SoftDelete = new SoftDelete(SoftDeleteMode.On, 14) },
        LevelStep.MakeSoftDeleteAlwaysOn => settings with { SoftDelete = new(SoftDeleteMode.AlwaysOn, 14) },
        LevelStep.SwitchImmutabilityOn => settings with { Immutability = Immutability.On },
        LevelStep.LockImmutability => settings with { Immutability = Immutability.Locked },
        LevelStep.SwitchMultiUserOn => settings with { MultiUser = settings.MultiUser with { IsOn = true } },
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private static SecuritySettings Settings(
        bool features, SoftDeleteMode mode, Immutability immutability, bool multiUser) => new()
        {
            HasSecurityFeatures = features,
            SoftDelete = new SoftDelete(mode, 14),
            Immutability = immutability,
            MultiUser = new MultiUserAuthorization(multiUser, false, false, false),
        };
}
