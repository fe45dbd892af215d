using System.Text.Json;
using Coffer.Agent.Homes;
using Coffer.Cli.Commands.Jobs;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;

namespace Coffer.Cli.Commands.Doctor.Diagnostics;

/// <summary>What the vault knows of this machine: its jobs, which are its log, and its points.</summary>
internal sealed class VaultMembers(Invocation invocation, MachineRegistration machine, Names names)
{
    private const int Jobs = 200, Points = 200;

    /// <summary>For each question: a vault that hangs must not keep the rest of the archive.</summary>
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(10);

    public async Task<Action<Utf8JsonWriter>> JobsAsync()
    {
        var jobs = await AskAsync((vault, cancel) => vault.ListJobsAsync(machine.Id, Jobs, cancel));
        return json =>
        {
            json.WriteStartArray("jobs"u8);
            foreach (var job in jobs) Write(json, job);
            json.WriteEndArray();
        };
    }

    public async Task<Action<Utf8JsonWriter>> PointsAsync()
    {
        var points = await AskAsync(
            (vault, cancel) => vault.ListPointsAsync(new PointFilter(Machine: machine.Id), cancel));
        return json =>
        {
            json.WriteNumber("count"u8, points.Count);
            json.WriteStartArray("latest"u8);
            foreach (var point in points.OrderByDescending(point => point.ReceivedAt).Take(Points))
            {
                json.WriteStartObject();
                json.WriteString("id"u8, point.Id.ToString());
                json.WriteString("source"u8, point.Source.ToString());
                json.WriteNumber("sequence"u8, point.Sequence);
                json.WriteString("received"u8, Words.Iso(point.ReceivedAt));
                json.WriteString("state"u8, point.State.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        };
    }

    /// <summary>Messages of findings speak of files, too.</summary>
    private void Write(Utf8JsonWriter json, JobReport job)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, job.Id.ToString());
        json.WriteString("operation"u8, job.Operation.ToString());
        json.WriteString("state"u8, JobWords.Of(job.State));
        json.WriteString("source"u8, names.Of(job.SourceLabel));
        json.WriteString("started"u8, Words.Iso(job.StartedAt));
        json.WriteString("ended"u8, job.EndedAt is { } ended ? Words.Iso(ended) : null);
        foreach (var fact in job.Facts) json.WriteNumber(fact.Name, fact.Value);
        json.WriteNumber("findingsTotal"u8, job.FindingsTotal);
        json.WriteStartArray("findings"u8);
        foreach (var finding in job.Findings)
        {
            json.WriteStartObject();
            json.WriteString("code"u8, finding.Code);
            json.WriteString("subject"u8, names.Of(finding.Subject));
            if (names.AreShown) json.WriteString("message"u8, finding.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private async Task<T> AskAsync<T>(Func<IVault, CancellationToken, Task<T>> ask)
    {
        using var late = new CancellationTokenSource(s_time, invocation.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, invocation.Cancellation);
        await using var vault = await Vaults.ForReadingAsync(
            invocation, machine, "coffer diagnostics", TimeSpan.Zero);
        try
        {
            return await ask(vault, either.Token);
        }
        catch (OperationCanceledException e) when (!invocation.Cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {s_time.TotalSeconds:0} s", e);
        }
    }
}
