using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;

namespace Coffer.Unit.Domain.Security.Settings;

public sealed class SettingsChangeTests
{
    private static readonly SecuritySettings s_new = SecuritySettings.Default;
    private static readonly MultiUserAuthorization s_all = new(true, true, true, true);

    public static TheoryData<string, SecuritySettings, SecuritySettings, CriticalOperation[]> Weakening => new()
    {
        { "nothing", s_new, s_new, [] },
        { "features off", s_new, s_new with { HasSecurityFeatures = false }, [CriticalOperation.SecurityFeaturesOff] },
        { "features on", s_new with { HasSecurityFeatures = false }, s_new, [] },
        { "soft delete off", s_new, s_new with { SoftDelete = new(0, 14) }, [CriticalOperation.SoftDeleteOff] },
        { "period longer", s_new, s_new with { SoftDelete = On(180) }, [] },
        {
            "period shorter", s_new with { SoftDelete = On(15) }, s_new with { SoftDelete = On(14) },
            [CriticalOperation.SoftDeleteShorter]
        },
        {
            "on with a shorter period than it had while off", s_new with { SoftDelete = new(0, 180) },
            s_new with { SoftDelete = On(14) }, []
        },
        {
            "immutability off", s_new with { Immutability = Immutability.On }, s_new,
            [CriticalOperation.ImmutabilityDown]
        },
        { "locked", s_new, s_new with { Immutability = Immutability.Locked }, [] },
        { "multi-user on", s_new, s_new with { MultiUser = s_all }, [] },
        { "multi-user off", s_new with { MultiUser = s_all }, s_new, [CriticalOperation.MultiUserOff] },
        {
            "one guard less", s_new with { MultiUser = s_all },
            s_new with { MultiUser = s_all with { GuardsPin = false } }, [CriticalOperation.MultiUserGuardsLess]
        },
        {
            "minimum lower", s_new with { MinimumRetention = new(7, 4, 3, 2) }, s_new,
            [CriticalOperation.LowerMinimumRetention]
        },
        {
            "all at once", s_new with { MultiUser = s_all, Immutability = Immutability.On, SoftDelete = On(30) },
            s_new with { HasSecurityFeatures = false, SoftDelete = new(0, 20) },
            [
                CriticalOperation.SecurityFeaturesOff, CriticalOperation.SoftDeleteOff,
                CriticalOperation.SoftDeleteShorter, CriticalOperation.ImmutabilityDown,
                CriticalOperation.MultiUserOff,
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Weakening))]
    public void Judge_AChange_TellsWhatItWeakens(
        string name, SecuritySettings from, SecuritySettings to, CriticalOperation[] weakens)
    {
        var change = SettingsChange.Judge(from, to, approvers: 2);
        change.Weakens.ShouldBe(weakens, name);
        change.Refusal.ShouldBeNull();
        change.NeedsPin.ShouldBe(weakens.Length > 0);
        change.NeedsSecondPerson.ShouldBe(weakens.Length > 0 && from.MultiUser.IsOn);
    }

    [Theory]
    [InlineData(13, "security.period")]
    [InlineData(14, null)]
    [InlineData(180, null)]
    [InlineData(181, "security.period")]
    public void Judge_Period_IsWithinItsBounds(int days, string? code) =>
        SettingsChange.Judge(s_new, s_new with { SoftDelete = On(days) }, 2).Refusal?.Code.ShouldBe(code);

    [Fact]
    public void Broken_EachBound_IsTold()
    {
        s_new.Broken().ShouldBeNull();
        (s_new with { SoftDelete = On(13) }).Broken()!.Code.ShouldBe("security.period");
        (s_new with { SoftDelete = On(181) }).Broken()!.Code.ShouldBe("security.period");
        (s_new with { SoftDelete = On(180) }).Broken().ShouldBeNull();
        (s_new with { MinimumRetention = new(7, 4, 3, 0) }).Broken()!.Code.ShouldBe("security.minimum");
        var off = s_new with { HasSecurityFeatures = false };
        off.Broken().ShouldBeNull();
        (off with { SoftDelete = new(SoftDeleteMode.AlwaysOn, 14) }).Broken()!.Code.ShouldBe("security.features-off");
        (off with { Immutability = Immutability.Locked }).Broken()!.Code.ShouldBe("security.features-off");
    }

    [Theory]
    [InlineData(1, "security.approvers")]
    [InlineData(2, null)]
    public void Judge_MultiUserOn_WantsTwoWhoMayApprove(int approvers, string? code)
    {
        var change = SettingsChange.Judge(s_new, s_new with { MultiUser = s_all }, approvers);
        change.Refusal?.Code.ShouldBe(code);
        (change.Refusal is null).ShouldBe(code is null);
        // Who has it on already may change other switches, or switch it off, with one approver left.
        SettingsChange.Judge(s_new with { MultiUser = s_all }, s_new, approvers).Refusal.ShouldBeNull();
    }

    [Fact]
    public void Judge_EachSwitchTouched_WantsItsPermission()
    {
        Permissions(s_new).ShouldBeEmpty();
        Permissions(s_new with { SoftDelete = On(15) }).ShouldBe([Permission.ChangeSecuritySwitches]);
        Permissions(s_new with { HasSecurityFeatures = false }).ShouldBe([Permission.ChangeSecuritySwitches]);
        Permissions(s_new with { MinimumRetention = new(8, 4, 3, 1) }).ShouldBe([Permission.ChangeSecuritySwitches]);
        Permissions(s_new with { Immutability = Immutability.On, MultiUser = s_all })
            .ShouldBe([Permission.ChangeImmutability, Permission.ChangeMultiUserAuthorization]);
    }

    /// <summary>All pairs of settings over a small grid, against what the switches promise.</summary>
    [Fact]
    public void Judge_EveryPair_OpensNoOneWayDoorAndMissesNothingLowered()
    {
        SecuritySettings[] grid = [.. Grid().Where(settings => settings.Broken() is null)];
        grid.Length.ShouldBeGreaterThan(100);
        foreach (var from in grid)
            foreach (var to in Grid())
            {
                var change = SettingsChange.Judge(from, to, approvers: 2);
                string pair = $"{from.ToText()} -> {to.ToText()}";
                if (IsForbidden(from, to)) change.Refusal.ShouldNotBeNull(pair);
                else change.Refusal.ShouldBeNull(pair);
                (change.Weakens.Count > 0 || from.SoftDelete.Mode > to.SoftDelete.Mode)
                    .ShouldBe(IsLower(from, to), pair);
                change.NeedsPin.ShouldBe(from.HasSecurityFeatures && change.Weakens.Count > 0, pair);
                if (!from.MultiUser.IsOn) change.NeedsSecondPerson.ShouldBeFalse(pair);
                change.Weakens.Select(operation => OperationRule.Of(operation).Permission)
                    .Except(change.Permissions).ShouldBeEmpty(pair);
                change.IsForGood.ShouldBe(
                    (to.SoftDelete.Mode == SoftDeleteMode.AlwaysOn && from.SoftDelete.Mode != SoftDeleteMode.AlwaysOn)
                    || (to.Immutability == Immutability.Locked && from.Immutability != Immutability.Locked), pair);
            }
    }

    [Fact]
    public void ToText_EachSetting_HasItsOwn()
    {
        SecuritySettings[] grid = [.. Grid()];
        grid.Select(settings => settings.ToText()).Distinct().Count().ShouldBe(grid.Length);
        (SecuritySettings.Default with { }).ToText().ShouldBe(SecuritySettings.Default.ToText());
    }

    private static IReadOnlyList<Permission> Permissions(SecuritySettings to) =>
        SettingsChange.Judge(s_new, to, approvers: 2).Permissions;

    private static bool IsForbidden(SecuritySettings from, SecuritySettings to)
    {
        bool isAlwaysOn = from.SoftDelete.Mode == SoftDeleteMode.AlwaysOn;
        bool isLocked = from.Immutability == Immutability.Locked;
        return (isAlwaysOn && to.SoftDelete.Mode != SoftDeleteMode.AlwaysOn)
            || (isLocked && to.Immutability != Immutability.Locked)
            || (isLocked && from.SoftDelete.Mode != SoftDeleteMode.Off && to.SoftDelete.Mode == SoftDeleteMode.Off)
            || ((isAlwaysOn || isLocked) && from.HasSecurityFeatures && !to.HasSecurityFeatures)
            || (from.Immutability != Immutability.Off && to.MinimumRetention.Days < from.MinimumRetention.Days)
            || to.Broken() is not null;
    }

    private static bool IsLower(SecuritySettings from, SecuritySettings to) =>
        (from.HasSecurityFeatures && !to.HasSecurityFeatures)
        || to.SoftDelete.Mode < from.SoftDelete.Mode
        || (from.SoftDelete.Mode != SoftDeleteMode.Off && to.SoftDelete.PeriodDays < from.SoftDelete.PeriodDays)
        || to.Immutability < from.Immutability
        || (from.MultiUser.IsOn && !to.MultiUser.IsOn)
        || (from.MultiUser is { IsOn: true, GuardsPin: true } && !to.MultiUser.GuardsPin)
        || to.MinimumRetention.Days < from.MinimumRetention.Days;

    private static IEnumerable<SecuritySettings> Grid() =>
        from features in new[] { true, false }
        from mode in Enum.GetValues<SoftDeleteMode>()
        from days in new[] { 14, 60 }
        from immutability in Enum.GetValues<Immutability>()
        from multiUser in new[] { MultiUserAuthorization.Off, s_all, s_all with { GuardsPin = false } }
        from minimum in new[] { MinimumRetention.Standard, new MinimumRetention(30, 4, 3, 1) }
        select new SecuritySettings
        {
            HasSecurityFeatures = features,
            SoftDelete = new SoftDelete(mode, days),
            Immutability = immutability,
            MultiUser = multiUser,
            MinimumRetention = minimum,
        };

    private static SoftDelete On(int days) => new(SoftDeleteMode.On, days);
}
