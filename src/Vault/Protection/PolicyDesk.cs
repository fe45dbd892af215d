using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Weakening;
using Coffer.Format.Policies;
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
    public void Propose(Caller caller, MachineId machine, StoredPolicy proposed, string? pin)
    {
        var to = Read(proposed.Json);
        lock (vault.DocumentTurn)
        {
            var newest = vault.Catalog.Machines.NewestPolicy(machine);
            if (newest?.Version == proposed.Version && newest.Json.AsSpan().SequenceEqual(proposed.Json)) return;
            if (newest is not null)
            {
                var weakening = PolicyWeakening.Compare(Read(newest.Json), to, MountPoints(machine));
                RequireMinimum(newest, to);
                if (weakening.Operations.Count > 0)
                    new Guard(vault).Pass(
                        caller, weakening.Operations, machine, Subjects.OfPolicy(proposed.Json), pin);
                Record(caller, machine, proposed, weakening);
            }
            new PolicyShelf(vault).Store(machine, proposed);
        }
    }

    // Only what is new: a policy that was below the minimum before it was asked for does not stop all other edits.
    private void RequireMinimum(StoredPolicy newest, ProtectionPolicy to)
    {
        var settings = vault.Settings;
        if (!settings.HasSecurityFeatures || settings.MinimumRetention.Broken(to.Retention) is not { } broken) return;
        if (settings.MinimumRetention.Broken(Read(newest.Json).Retention) is null) throw new FaultException(broken);
    }

    private void Record(Caller caller, MachineId machine, StoredPolicy proposed, PolicyWeakening weakening) =>
        vault.Audit.Append(caller.Name, "policy.change", Subjects.Of(machine), AuditOutcome.Done,
            ("version", $"{proposed.Version}"), ("policy", Subjects.OfPolicy(proposed.Json)),
            ("weakens", string.Join(", ", weakening.Weakens.Select(weakness => weakness.Kind).Distinct())));

    // What volumes the machine has mounted it alone knows; its sources tell which of them it backs up.
    private byte[][] MountPoints(MachineId machine) =>
    [
        .. vault.Catalog.Machines.SourcesOf(machine)
            .Select(source => source.Label)
            .Where(label => label.StartsWith('/'))
            .Select(PathText.Parse),
    ];

    private static ProtectionPolicy Read(byte[] json)
    {
        try
        {
            return PolicyCodec.Decode(json, "a policy");
        }
        catch (CorruptionException e)
        {
            throw ProtectionFaults.NoPolicy(e.Message);
        }
    }
}
