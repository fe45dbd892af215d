using System.Security.Cryptography;
using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Format.Points;
using Coffer.Sealing.Keys;

namespace Coffer.Unit.Agent.Homes;

public sealed class AgentHomeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("coffer-home-").FullName;

    private AgentHome Home => new(Path.Combine(_folder, "home"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Reads_OfAHomeThatIsNotThere_FindNothingAndMakeNothing()
    {
        Home.ReadMachine().ShouldBeNull();
        Home.ReadPolicy().ShouldBeNull();
        Home.ReadSources().ShouldBeEmpty();
        Home.RunningJob().ShouldBeNull();
        Directory.Exists(Home.Folder).ShouldBeFalse();
    }

    [Fact]
    public void Reads_AfterWrites_GiveTheSame()
    {
        Home.Prepare();
        var machine = new MachineRegistration(MachineId.New(), "ann's", KeyspaceId.New(), VaultId.New(), "/v");
        Home.WriteMachine(machine);
        Home.WritePolicy(ProtectionPolicy.Empty("UTC") with { Version = 3 });
        var source = new KnownSource(
            SourceId.New(), "/m", new VolumeDescription("ext4", "u", "", [0xff], "/m\\"u8.ToArray()));
        Home.WriteSources([source]);

        Home.ReadMachine().ShouldBe(machine);
        Home.ReadPolicy()!.Version.ShouldBe(3);
        var read = Home.ReadSources().Single();
        read.Id.ShouldBe(source.Id);
        read.Volume.Root.ShouldBe(source.Volume.Root);
        read.Volume.MountPath.ShouldBe(source.Volume.MountPath);
    }

    [Fact]
    public void Keys_AfterWriteKeys_AreReadAndKeptFromOthers()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes");
        using var keys = KeyspaceKeys.New();
        using var machineKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Home.WriteKeys(keys, machineKey);
        using var read = Home.ReadKeys(keys.Keyspace);
        read.DataKey.SequenceEqual(keys.DataKey).ShouldBeTrue();
        foreach (string file in Directory.GetFiles(Path.Combine(Home.Folder, "secrets")))
            new FileInfo(file).UnixFileMode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void ReadKeys_Missing_SaysHowToGetThemBack() =>
        Should.Throw<FaultException>(() => Home.ReadKeys(KeyspaceId.New())).Fault.Code.ShouldBe("home.key");

    [Fact]
    public void LockJob_WhileOneRuns_IsRefusedByName()
    {
        using var first = Home.LockJob("backup");
        Home.RunningJob().ShouldNotBeNull().ShouldContain("backup");
        var fault = Should.Throw<FaultException>(() => Home.LockJob("backup")).Fault;
        fault.Code.ShouldBe("job.busy");
        fault.Kind.ShouldBe(FaultKind.Refused);
    }

    [Fact]
    public void LockJob_AfterTheFirstEnded_IsGiven()
    {
        Home.LockJob("backup").Dispose();
        Home.LockJob("backup").Dispose();
        Home.RunningJob().ShouldBeNull();
    }

    [Fact]
    public void Prepare_WhereNothingCanBeMade_IsAFaultOfTheHome() =>
        Should.Throw<FaultException>(
            () => new AgentHome("/proc/coffer").Prepare()).Fault.Code.ShouldBe("home.unwritable");

    [Fact]
    public void StagePassphrase_LeftByAKilledChange_IsUsedAgain()
    {
        Home.Prepare();
        Home.WritePassphrase("old old old");
        Home.StagePassphrase("new new new").ShouldBe("new new new");
        Home.StagePassphrase("other other").ShouldBe("new new new");
        string? aside = Home.SettlePassphrase("new new new", DateTimeOffset.UnixEpoch);
        Home.ReadPassphrase().ShouldBe("new new new");
        File.ReadAllText(aside!).ShouldBe("old old old\n");
        Home.StagePassphrase("other other").ShouldBe("other other");
    }

    [Fact]
    public void WritePassphrase_OverAnOlderOne_IsRefused()
    {
        Home.Prepare();
        Home.WritePassphrase("first first first");
        Should.Throw<FaultException>(
            () => Home.WritePassphrase("second second")).Fault.Kind.ShouldBe(FaultKind.Refused);
        Home.ReadPassphrase().ShouldBe("first first first");
    }
}
