using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Unit.Agent.Doubles;

namespace Coffer.Unit.Agent.Jobs;

public sealed class ReportQueueTests : IDisposable
{
    private readonly AgentHome _home =
        new(Path.Combine(Directory.CreateTempSubdirectory("coffer-queue-").FullName, "home"));

    private readonly MemoryVault _vault = new();
    private readonly ReportQueue _queue;

    public ReportQueueTests()
    {
        _home.Prepare();
        _queue = new ReportQueue(_home, TimeProvider.System);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_home.Folder)!, recursive: true);

    [Fact]
    public async Task Send_VaultBack_TellsAllInTheirOrderAndOnce()
    {
        var first = Report("disk", "The disk is away.");
        var second = Report("line", "No answer.");
        await _queue.AddAsync(first);
        await _queue.AddAsync(second);
        (await new ReportQueue(_home, TimeProvider.System).SendAsync(_vault, CancellationToken.None)).ShouldBe(2);
        _vault.Jobs.Select(job => job.Id).ShouldBe([first.Id, second.Id]);
        var told = _vault.Jobs[0];
        told.State.ShouldBe(JobState.Failed);
        told.EndedAt.ShouldBe(first.EndedAt);
        told.Findings.ShouldBe(first.Findings);
        (await _queue.SendAsync(_vault, CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task Add_WhileSomebodyChangesSettings_KeepsTheReport()
    {
        using (await _home.LockAsync(TimeProvider.System, CancellationToken.None))
            await _queue.AddAsync(Report("line", "No answer."));
        (await _queue.SendAsync(_vault, CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task Add_ByManyAtOnce_KeepsAll()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(
            () => new ReportQueue(_home, TimeProvider.System).AddAsync(Report("line", $"{number}")))));
        (await _queue.SendAsync(_vault, CancellationToken.None)).ShouldBe(8);
    }

    [Fact]
    public async Task Send_VaultStillAway_KeepsThem()
    {
        await _queue.AddAsync(Report("line", "No answer."));
        _vault.RefusesJobs = true;
        (await _queue.SendAsync(_vault, CancellationToken.None)).ShouldBe(0);
        _vault.RefusesJobs = false;
        (await _queue.SendAsync(_vault, CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task Add_MoreThanAreKept_DropsTheOldestAndCutsWhatIsLong()
    {
        var last = Report("line", new string('x', 100_000));
        for (int i = 0; i < ReportQueue.MaxReports; i++) await _queue.AddAsync(Report("line", $"{i}"));
        await _queue.AddAsync(last with { FindingsTotal = 5000 });
        await _queue.SendAsync(_vault, CancellationToken.None);
        _vault.Jobs.Count.ShouldBe(ReportQueue.MaxReports);
        _vault.Jobs[0].Findings[0].Message.ShouldBe("1");
        _vault.Jobs[^1].Findings[0].Message.Length.ShouldBe(250);
        _vault.Jobs[^1].FindingsTotal.ShouldBe(5000);
    }

    [Theory]
    [InlineData("[{\"id\":")]
    [InlineData("[null]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("large")]
    public async Task Send_FileIsDamaged_IsAsIfThereWereNone(string content)
    {
        if (content == "large") content = new string(' ', 5 << 20);
        await File.WriteAllTextAsync(Path.Combine(_home.Folder, "reports.json"), content, default);
        (await _queue.SendAsync(_vault, CancellationToken.None)).ShouldBe(0);
        await _queue.AddAsync(Report("line", "No answer."));
        (await _queue.SendAsync(_vault, CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task JobWriter_VaultGoneBeforeItBegins_QueuesThatItFailed()
    {
        var job = new JobWriter(_vault, MachineId.New(), JobOperation.Backup, "/", TimeProvider.System, _queue);
        _vault.RefusesJobs = true;
        await Should.ThrowAsync<FaultException>(() => job.BeginAsync(CancellationToken.None));
        _vault.RefusesJobs = false;
        await _queue.SendAsync(_vault, CancellationToken.None);
        var told = _vault.Jobs.Single();
        told.State.ShouldBe(JobState.Failed);
        told.EndedAt.ShouldNotBeNull();
        told.Findings.Single().Code.ShouldBe("vault.busy");
    }

    [Fact]
    public async Task JobWriter_VaultGoneAtTheEnd_QueuesTheEnd()
    {
        var job = new JobWriter(_vault, MachineId.New(), JobOperation.Backup, "/", TimeProvider.System, _queue);
        await job.BeginAsync(CancellationToken.None);
        _vault.RefusesJobs = true;
        await job.EndAsync(JobState.Completed);
        _vault.RefusesJobs = false;
        await _queue.SendAsync(_vault, CancellationToken.None);
        _vault.Jobs.Select(told => told.State).ShouldBe([JobState.InProgress, JobState.Completed]);
        _vault.Jobs.Select(told => told.Id).Distinct().Count().ShouldBe(1);
    }

    private static JobReport Report(string code, string message) => new(
        JobId.New(), MachineId.New(), JobOperation.Backup, JobState.Failed, "/",
        DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1), [], [new JobFinding(code, "/", message)], 1);
}
