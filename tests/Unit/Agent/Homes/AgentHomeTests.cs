using System.Security.Cryptography;
using Coffer.Agent.Homes;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Format.Points;
using Coffer.FileSystem.Secrets;
using Coffer.Sealing.Keys;
using Coffer.Unit.Vault;

namespace Coffer.Unit.Agent.Homes;

public sealed class AgentHomeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("coffer-home-").FullName;

    private AgentHome Home => new(Path.Combine(_folder, "home"));

    private Task<IDisposable> LockJobAsync(TimeProvider time) => Home.LockJobAsync("backup", time, default);

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
        var machine = new MachineRegistration(
            MachineId.New(), "ann's", KeyspaceId.New(), VaultId.New(), VaultPlace.Of("/v"));
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
    public async Task LockJob_WhileOneRuns_IsRefusedByName()
    {
        using var first = await LockJobAsync(new SteppedTime());
        Home.RunningJob().ShouldNotBeNull().ShouldContain("backup");
        var fault = (await Should.ThrowAsync<FaultException>(() => LockJobAsync(new SteppedTime()))).Fault;
        fault.Code.ShouldBe("job.busy");
        fault.Kind.ShouldBe(FaultKind.Refused);
        fault.Guidance.ShouldContain("coffer job watch");
        fault.Guidance.ShouldContain("coffer job cancel");
    }

    [Fact]
    public async Task LockJob_WhileAnotherKindRuns_NamesNoCommandThatOnlyABackupAnswers()
    {
        using var first = await Home.LockJobAsync("seed export", new SteppedTime(), CancellationToken.None);
        (await Should.ThrowAsync<FaultException>(() => LockJobAsync(new SteppedTime()))).Fault.Guidance
            .ShouldNotContain("coffer job");
    }

    [Fact]
    public async Task LockJob_AfterTheFirstEnded_IsGiven()
    {
        (await LockJobAsync(new SteppedTime())).Dispose();
        (await LockJobAsync(new SteppedTime())).Dispose();
        Home.RunningJob().ShouldBeNull();
    }

    [Fact]
    public async Task LockJob_WhileSomebodyOnlyLooks_IsGivenOnceTheyLooked()
    {
        Home.Prepare();
        FolderLock.TryTake(Path.Combine(Home.Folder, "job.lock"), "look", out var look, out _).ShouldBeTrue();
        var time = new SteppedTime { OnWait = () => look!.Dispose() };
        using (await LockJobAsync(time)) Home.RunningJob().ShouldNotBeNull().ShouldContain("backup");
        time.SinceStart.ShouldBeLessThan(TimeSpan.FromSeconds(1));
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
