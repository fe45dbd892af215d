using Coffer.Domain;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Reading;

/// <summary>
/// What a reader leaves behind in the keyspace file: a row with process, boot and heartbeat, by which collection keeps
/// away from what is being read, and the copies that it found damaged.
/// </summary>
internal sealed class ReaderPresence : IDisposable
{
    private readonly OpenVault _vault;
    private readonly KeyspaceFile _keyspace;
    private readonly MachineId? _machine;
    private readonly Id128 _id = Id128.Random();
    private long _lastBeat;

    /// <param name="machine">For whom damage counts; null where the reader is none of this vault's.</param>
    public ReaderPresence(OpenVault vault, KeyspaceFile keyspace, MachineId? machine)
    {
        (_vault, _keyspace, _machine) = (vault, keyspace, machine);
        var options = vault.Options;
        TryWrite(() => keyspace.Sessions.OpenReader(
            _id, Environment.ProcessId, options.Clock.BootId, options.Purpose, vault.Now));
        _lastBeat = options.Time.GetTimestamp();
    }

    public void Beat()
    {
        var time = _vault.Options.Time;
        long last = Interlocked.Read(ref _lastBeat), now = time.GetTimestamp();
        if (time.GetElapsedTime(last, now) < Limits.Heartbeat) return;
        if (Interlocked.CompareExchange(ref _lastBeat, now, last) == last)
            TryWrite(() => _keyspace.Sessions.BeatReader(_id, _vault.Now));
    }

    public void ReportDamage(ObjectId id, long pack, string reason) =>
        TryWrite(() => _keyspace.Damage.Add(id, pack, _machine, reason, _vault.Now));

    public void Dispose() => TryWrite(() => _keyspace.Sessions.CloseReader(_id));

    // A full disk must not stand in the way of a restore. Nothing is removed within a day of being condemned, so a
    // reader without a row is safe for that long, and damage is found again.
    private static void TryWrite(Action write)
    {
        try
        {
            write();
        }
        catch (FaultException e) when (e.Fault.Code is "store.full" or "store.quota")
        {
            // Reading goes on.
        }
    }
}
