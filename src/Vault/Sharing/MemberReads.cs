using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;

namespace Coffer.Vault.Sharing;

/// <summary>
/// Records that one member of a keyspace looks at another's points: an entry an hour for each two, so that the audit
/// log is not filled with one restore.
/// </summary>
internal sealed class MemberReads(OpenVault vault)
{
    private static readonly TimeSpan s_window = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Reader, MachineId Owner), long> _noted = [];

    /// <summary>Durable before anything is told.</summary>
    public void Note(string reader, MachineId owner)
    {
        var time = vault.Options.Time;
        lock (_lock)
        {
            foreach (var (old, _) in _noted.Where(n => time.GetElapsedTime(n.Value) >= s_window).ToList())
                _noted.Remove(old);
            if (_noted.ContainsKey((reader, owner))) return;
            vault.Audit.Append(reader, "servers.read-member", Subjects.Of(owner), AuditOutcome.Done);
            _noted[(reader, owner)] = time.GetTimestamp();
        }
    }
}
