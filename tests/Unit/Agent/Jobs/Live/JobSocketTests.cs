using System.Net.Sockets;
using Coffer.Agent.Homes;
using Coffer.Agent.Jobs.Live;
using Coffer.Contracts.Jobs;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Jobs.Live;

public sealed class JobSocketTests : IDisposable
{
    private readonly AgentHome _home =
        new(Path.Combine(Directory.CreateTempSubdirectory("coffer-job-").FullName, "home"));

    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JobSocketTests() => _home.Prepare();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_home.Folder)!, recursive: true);

    [Fact]
    public async Task Watch_OfARunningJob_IsToldTheLastAndAllThatFollows()
    {
        using var job = Open();
        job.Tell("begun", json => json.WriteNumber("files"u8, 1));
        using var follower = await JobFollower.WatchAsync(_home, Token);
        var news = new List<JobNews>();
        var reading = ReadAsync(follower, news);
        // Until the first has come, it is not known when the client is one of those who are told.
        while (news.Count == 0) await Task.Yield();
        job.Tell("on", json => json.WriteNumber("files"u8, 2));
        job.Dispose();
        await reading;
        news.Select(each => each.Text).ShouldBe(["begun", "on"]);
        news[1].Fields.GetProperty("files").GetInt32().ShouldBe(2);
        _cancelled.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Cancel_OfARunningJob_CancelsItAndEndsWithIt()
    {
        var job = Open();
        job.Tell("begun", _ => { });
        using var follower = await JobFollower.CancelAsync(_home, Token);
        await _cancelled.Task;
        var news = new List<JobNews>();
        var reading = ReadAsync(follower, news);
        job.Dispose();
        await reading;
        news.Count.ShouldBe(1);
    }

    [Fact]
    public async Task TellEnd_IsHeardLast_AlsoByWhoComesTooLate()
    {
        var job = Open();
        job.Tell("on", _ => { });
        job.TellEnd(JobState.Completed);
        using var follower = await JobFollower.CancelAsync(_home, Token);
        await _cancelled.Task;
        var news = new List<JobNews>();
        var reading = ReadAsync(follower, news);
        job.Dispose();
        await reading;
        news.ShouldHaveSingleItem().End.ShouldBe(JobState.Completed);
    }

    [Fact]
    public async Task Watch_WithoutAJob_SaysSo()
    {
        (await Should.ThrowAsync<FaultException>(() => JobFollower.WatchAsync(_home, Token)))
            .Fault.Code.ShouldBe("job.none");
        Open().Dispose();
        (await Should.ThrowAsync<FaultException>(() => JobFollower.CancelAsync(_home, Token)))
            .Fault.Code.ShouldBe("job.none");
    }

    [Fact]
    public async Task Open_AfterAJobThatWasKilled_TakesItsPlace()
    {
        await File.WriteAllTextAsync(_home.JobSocketFile, "left", Token);
        using var job = Open();
        job.Tell("begun", _ => { });
        using var follower = await JobFollower.CancelAsync(_home, Token);
        await _cancelled.Task;
    }

    [Fact]
    public async Task Tell_WhoNeverReads_IsLetGoAndTheJobGoesOn()
    {
        using var job = Open();
        job.Tell("begun", _ => { });
        using var follower = await JobFollower.CancelAsync(_home, Token);
        await _cancelled.Task;
        string much = new('x', 10_000);
        for (int i = 0; i < 1000; i++) job.Tell(much, _ => { });
    }

    [Theory]
    [InlineData("stop everything please\n")]
    [InlineData("cancel")]
    [InlineData("\n")]
    public async Task Serve_WhatItDoesNotKnow_ClosesAndDoesNothing(string line)
    {
        using var job = Open();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(_home.JobSocketFile), Token);
        await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(line), Token);
        client.Shutdown(SocketShutdown.Send);
        int read;
        try
        {
            read = await client.ReceiveAsync(new byte[100], Token);
        }
        catch (SocketException)
        {
            read = 0; // closed with something unread
        }
        read.ShouldBe(0);
        _cancelled.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Open_InAHomeWithALongName_GoesWithout()
    {
        var home = new AgentHome(Path.Combine(_home.Folder, new string('n', 150)));
        home.Prepare();
        using var job = JobSocket.Open(home, () => { }, TimeProvider.System);
        job.Tell("begun", _ => { });
    }

    private JobSocket Open() => JobSocket.Open(_home, () => _cancelled.TrySetResult(), TimeProvider.System);

    private static async Task ReadAsync(JobFollower follower, List<JobNews> into)
    {
        await foreach (var each in follower.ReadAsync(Token)) into.Add(each);
    }
}
