using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Intake;

/// <summary>
/// One pack, written in place: the vault frames it itself, so table, hash and index come from the very bytes that went
/// to the disk. Durable in this order:
/// 1. the pack, under the hash of its bytes;
/// 2. its receipt;
/// 3. its rows in the index, all in one transaction. Only from then on is any of its ids present.
/// Who dies after 1 or 2 leaves a pack that nothing names: as if it had never come, until the next opening indexes it.
/// </summary>
internal sealed class PackUpload : IPackUpload
{
    private readonly OpenVault _vault;
    private readonly KeyspaceFile _keyspace;
    private readonly BackupSession _session;
    private readonly PackHead _head;
    private readonly IStoreWrite _write;
    private readonly PackWriter _writer;

    public PackUpload(OpenVault vault, KeyspaceFile keyspace, BackupSession session, PackHead head)
    {
        (_vault, _keyspace, _session, _head) = (vault, keyspace, session, head);
        _write = vault.Store.Create();
        _writer = new PackWriter(_head, _write.Append);
    }

    public long Length => _writer.Length;

    public int FrameCount => _writer.Entries.Count;

    public bool IsFull => _writer.IsFull;

    public IReadOnlyList<PackEntry> Entries => _writer.Entries;

    public void Append(ReadOnlySpan<byte> frame) => _writer.Append(frame);

    public Task<long> CompleteAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Complete(null);
        return Task.FromResult(_writer.Length);
    }

    /// <param name="expected">What the pack is called by who made it; null where nobody did but this.</param>
    /// <exception cref="CorruptionException">It came to another name.</exception>
    public void Complete(ObjectId? expected)
    {
        _session.RequireAlive();
        Invariant.Holds(FrameCount > 0);
        var name = _writer.Finish();
        if (expected is { } hash && hash != name.Hash)
            throw new CorruptionException("a pack that was sent", $"the name {hash}", $"{name.Hash}");
        var state = _keyspace.Packs.StateOf(name.Hash);
        // A name once removed or set aside is refused for ever: a removal that is still on its way would hit it.
        if (state is not (null or PackState.Present)) throw VaultFaults.Repack();
        if (state is null) Store(name);
    }

    public void Dispose() => _write.Dispose();

    private void Store(PackName name)
    {
        _vault.RequireSpace();
        // Where it ends early, the pack may be there without its rows; the next opening gives it them.
        _vault.Step(() =>
        {
            _write.Commit(StoreName.Parse(name.StoreName));
            var receipt = new PackReceipt(name.Hash, _session.Machine, _vault.Now, _writer.Length, PackState.Present);
            long counter = _vault.Records.Write(name.Keyspace, RecordKind.Receipt, receipt.Write);
            _keyspace.Packs.Add(new IndexedPack(
                name, _head.Class, _writer.Length, _session.Machine, receipt.Received, counter, PackState.Present,
                _writer.Entries));
        });
    }
}
