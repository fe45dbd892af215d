using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Weakening;
using Coffer.Format.Policies;
using Coffer.Vault.Editing;
using Coffer.Vault.Opening;
using Coffer.Vault.Registration;
using Coffer.Vault.Security;

namespace Coffer.Vault.Protection;

/// <summary>
/// Takes a machine's policy as it proposes it. What only strengthens is carried out; what weakens in any way passes the
/// <see cref="Guard"/>, bound to exactly these values.
/// </summary>
internal sealed class PolicyDesk(OpenVault vault)
{
    /// <summary>Product: up to 24 times a day.</summary>
    private const int MaxTimes = 24;

    /// <summary>Versions that a machine may have used up where no vault was.</summary>
    private const int MaxLeap = 10_000;

    /// <param name="edit">The edit made at the vault that this answers; null: the machine's own wish.</param>
    public void Propose(Caller caller, MachineId machine, StoredPolicy proposed, string? pin, Id128? edit = null)
    {
        var to = Read(proposed.Json);
        var newest = vault.Catalog.Machines.NewestPolicy(machine);
        if (newest?.Version == proposed.Version && newest.Json.AsSpan().SequenceEqual(proposed.Json)) return;
        // A version beyond all that can come would be the last one.
        if (proposed.Version > (newest?.Version ?? 0) + MaxLeap)
            throw ProtectionFaults.NoPolicy($"version {proposed.Version} is too far ahead");
        // Before the lock: with much in both it takes a while, and everybody's changes wait for that.
        var weakening = Judge(machine, newest, to);
        lock (vault.DocumentTurn)
        {
            if (vault.Catalog.Machines.NewestPolicy(machine)?.Version != newest?.Version)
                throw ProtectionFaults.NoPolicy("another one came at the same time");
            bool isAllowed = edit is { } id && new PolicyEditDesk(vault).Allows(machine, id, newest, proposed);
            if (weakening is { Operations.Count: > 0 } && isAllowed)
                new Guard(vault).RequireNotBlocked(weakening.Operations);
            else if (weakening is { Operations.Count: > 0 })
                new Guard(vault).Pass(caller, weakening.Operations, machine, Subjects.OfPolicy(proposed.Json), pin);
            Record(caller, machine, proposed, weakening, isAllowed ? edit : null);
            new PolicyShelf(vault).Store(machine, proposed);
        }
    }

    /// <summary>What a policy would weaken, if the vault would take it at all; null where there was none.</summary>
    /// <exception cref="FaultException"><c>policy.minimum</c>.</exception>
    public PolicyWeakening? Judge(MachineId machine, StoredPolicy? newest, ProtectionPolicy to)
    {
        var weakening = newest is null ? null : PolicyWeakening.Compare(Read(newest.Json), to, MountPoints(machine));
        RequireMinimum(weakening, to);
        return weakening;
    }

    // A policy that was below the minimum before it was asked for does not stop edits of other things.
    private void RequireMinimum(PolicyWeakening? weakening, ProtectionPolicy to)
    {
        var settings = vault.Settings;
        if (!settings.HasSecurityFeatures || settings.MinimumRetention.Broken(to.Retention) is not { } broken) return;
        bool isShorter = weakening is null || weakening.Operations.Contains(CriticalOperation.ShortenRetention);
        if (isShorter) throw new FaultException(broken);
    }

    private void Record(
        Caller caller, MachineId machine, StoredPolicy proposed, PolicyWeakening? weakening, Id128? edit) =>
        vault.Audit.Append(caller.Name, "policy.change", Subjects.Of(machine), AuditOutcome.Done,
            ("version", $"{proposed.Version}"), ("policy", Subjects.OfPolicy(proposed.Json)),
            ("edit", $"{edit}"),
            ("weakens", string.Join(", ", (weakening?.Weakens ?? []).Select(weakness => weakness.Kind).Distinct())));

    // What volumes the machine has mounted it alone knows; its sources tell which of them it backs up.
    private byte[][] MountPoints(MachineId machine) =>
    [
        .. vault.Catalog.Machines.SourcesOf(machine)
            .Select(source => source.Label)
            .Where(label => label.StartsWith('/'))
            .Select(PathText.Parse),
    ];

    /// <exception cref="FaultException"><c>vault.policy</c>.</exception>
    public static ProtectionPolicy Read(byte[] json)
    {
        try
        {
            var policy = PolicyCodec.Decode(json, "a policy");
            bool isBearable = policy.Items.Count <= PolicyRules.MostPaths
                && policy.Exclusions.Count <= PolicyRules.MostPaths
                && policy.Schedule.Times.Count <= MaxTimes;
            return isBearable ? policy : throw ProtectionFaults.NoPolicy("it has too many paths, exclusions or times");
        }
        catch (CorruptionException e)
        {
            throw ProtectionFaults.NoPolicy(e.Message);
        }
    }
}
