using Coffer.Domain.Security;

namespace Coffer.Unit.Domain.Security;

/// <summary>
/// Numbers that stand on disk, in hashes and in comparisons. A new member, a changed number or a new enum fails here
/// first, and its table tests next.
/// </summary>
public sealed class EnumTests
{
    private static readonly string[] s_known =
    [
        "ApprovalState Pending=1 Approved=2 Denied=3 Expired=4",
        "AuditDefect Gap=1 Repeated=2 Unlinked=3 Altered=4 Rewritten=5 CutTail=6",
        "AuditOutcome Done=1 Refused=2 Failed=3",
        "CriticalOperation DeleteData=1 RetainByPolicy=2 ChangePassphrase=3 RemoveFromPolicy=4 AddExclusion=5 "
            + "ShortenRetention=6 LowerFrequency=7 LoosenSnapshots=8 Unregister=9 RemoveHold=10 FetchOldEnvelope=11 "
            + "CreatePin=12 SecurityFeaturesOff=20 SoftDeleteOff=21 SoftDeleteShorter=22 ImmutabilityDown=23 "
            + "MultiUserOff=24 MultiUserGuardsLess=25 LowerMinimumRetention=26 "
            + "AddApprover=27",
        "Immutability Off=0 On=1 Locked=2",
        "LevelStep SwitchSecurityFeaturesOn=1 SwitchSoftDeleteOn=2 MakeSoftDeleteAlwaysOn=3 SwitchImmutabilityOn=4 "
            + "LockImmutability=5 SwitchMultiUserOn=6",
        "MultiUserGuard Never=0 IfDeleteIsGuarded=1 IfShorterRetentionIsGuarded=2 IfPinIsGuarded=3 Always=4",
        "Permission ViewItems=1 ViewPolicies=2 ViewJobs=3 ViewAlerts=4 ViewReports=5 ViewSettings=6 "
            + "ManageOwnAccount=7 BackUpNow=20 Restore=21 RunDrill=22 RunScrub=23 CancelJob=24 RegisterServer=25 "
            + "CreateCredentials=26 AcknowledgeAlerts=27 Undelete=28 HoldPoints=29 EditPolicies=40 ExtendPoints=41 "
            + "StopProtection=42 ResumeProtection=43 DeleteData=44 CreatePin=45 UnregisterServer=46 ReleaseHolds=47 "
            + "MarkSuspect=48 EditAlertRules=49 EditActionGroups=50 EditReports=51 EditServerTags=52 EditQuotas=53 "
            + "RaiseFloodLimit=54 ImportSeed=55 ManageUsers=70 ManageTokens=71 ChangeSecuritySwitches=72 "
            + "ChangeImmutability=73 ChangeMultiUserAuthorization=74 DecideApprovals=75 ApproveAdoption=76 "
            + "ReadAudit=77 EditNetwork=78 EditMailServer=79 ConfirmTime=80 ManageReplicas=81 CreateVault=82 "
            + "DeleteVault=83",
        "PinOutcome Accepted=1 Wrong=2 Expired=3 Used=4 Void=5 OtherTarget=6 MachineLocked=7",
        "Role BackupReader=1 BackupOperator=2 BackupContributor=3 SecurityAdministrator=4",
        "SecurityLevel Poor=1 Fair=2 Good=3 Excellent=4",
        "SoftDeleteMode Off=0 On=1 AlwaysOn=2",
        "WeaknessKind PathRemoved=1 VolumeRemoved=2 PathMerged=3 ExclusionAdded=4 ExclusionMoved=5 "
            + "InclusionRemoved=6 CacheFoldersSkipped=7 SnapshotsLoosened=8 FrequencyLowered=9 "
            + "DailyRetentionShortened=10 WeeklyRetentionShortened=11 MonthlyRetentionShortened=12 "
            + "YearlyRetentionShortened=13 KeptForEverNoMore=14",
    ];

    [Fact]
    public void Enums_OfTheSecurityRules_HaveTheNumbersThatAreWrittenDown() =>
        typeof(AccountId).Assembly.GetTypes()
            .Where(type => type.IsEnum && type.Namespace!.StartsWith(typeof(AccountId).Namespace!))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(Described)
            .ShouldBe(s_known);

    private static string Described(Type type) => type.Name + string.Concat(
        Enum.GetValues(type).Cast<object>().Select(value => $" {value}={Convert.ToInt32(value)}"));
}
