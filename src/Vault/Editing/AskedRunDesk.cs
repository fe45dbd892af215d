using Coffer.Contracts.Management;
using Coffer.Contracts.Policies;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;
using Coffer.Vault.Protection;
using Coffer.Vault.Security;

namespace Coffer.Vault.Editing;

/// <summary>
/// Backups that people ask machines for. A machine takes one before it begins, so that it runs once at most.
/// </summary>
internal sealed class AskedRunDesk(OpenVault vault)
{
    private static readonly TimeSpan s_life = TimeSpan.FromHours(24);

    /// <summary>
    /// In place of one that was asked for before and not taken yet. What is to be retained for longer than the policy's
    /// longest tier keeps is answered with the time at which that ends: the points will have no later one.
    /// </summary>
    public AskedRun Ask(Caller caller, MachineId machine, BackupAsk request)
    {
        var protection = new ProtectionDesk(vault);
        SourceId[] sources = [.. (request.Items ?? []).Distinct().Take(Limits.SourcesOfAMachine + 1)];
        foreach (var source in sources)
        {
            if (vault.Catalog.Machines.FindSource(source)?.Machine != machine) throw ProtectionFaults.NoSource();
            protection.RequireProtected(source);
        }
        if (request.RetainUntil <= vault.Now)
            throw FaultException.Usage("time.past", "That day is over.", "Name a day to come.");
        DateTimeOffset? until = request.RetainUntil is { } asked
            ? new PointRetention(vault).Capped(machine, asked) : null;
        lock (vault.DocumentTurn)
        {
            vault.RequireSpace();
            var run = new AskedRun(Id128.Random(), machine, sources, until, caller.Name, vault.Now);
            vault.Audit.Append(caller.Name, UseCases.AskBackup.Name, Subjects.Of(machine), AuditOutcome.Done,
                ("request", $"{run.Id}"));
            vault.Documents.Put(DocumentKinds.AskedRun, $"{machine}", run);
            return run;
        }
    }

    public List<AskedRun> All() => vault.Documents.All(DocumentKinds.AskedRun);

    public AskedBackup? OfferedTo(MachineId machine) =>
        vault.Documents.Find(DocumentKinds.AskedRun, $"{machine}") is { } run
        && StateOf(run) == BackupAskState.Pending
            ? new AskedBackup(run.Id, run.Sources, run.RetainUntil)
            : null;

    /// <exception cref="FaultException"><c>request.unknown</c>.</exception>
    public void Take(MachineId machine, Id128 id)
    {
        lock (vault.DocumentTurn)
        {
            var run = vault.Documents.Find(DocumentKinds.AskedRun, $"{machine}");
            if (run?.Id != id || StateOf(run) == BackupAskState.Expired) throw EditFaults.NoRequest();
            if (run.TakenAt is not null) return; // asked again, as the answer was lost
            vault.Documents.Put(DocumentKinds.AskedRun, $"{machine}", run with { TakenAt = vault.Now });
        }
    }

    public BackupAskState StateOf(AskedRun run) =>
        run.TakenAt is not null ? BackupAskState.Taken
        : (vault.Now - run.AskedAt).Duration() < s_life ? BackupAskState.Pending
        : BackupAskState.Expired;
}
