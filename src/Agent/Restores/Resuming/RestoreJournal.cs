using System.Text;
using System.Text.Json;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;
using Coffer.FileSystem.Secrets;
using Coffer.Format;
using Coffer.Format.Hashing;
using Coffer.Format.Records;

namespace Coffer.Agent.Restores.Resuming;

/// <summary>
/// What an interrupted run leaves for the same command given again: when it began, and up to where all is done and
/// durable. One file a request, named by a hash of points, paths, target and options; gone when the run is complete.
/// Two runs of one request at once would take what the other writes for their own, so there is only one.
/// </summary>
internal sealed class RestoreJournal : IDisposable
{
    private readonly string _folder, _name;
    private readonly FolderLock? _turn;
    private DateTimeOffset _startedAt;

    private RestoreJournal(string folder, string name) =>
        (_folder, _name, _turn) = (folder, name, Take(Path.Combine(folder, LockOf(name))));

    /// <summary>Set where an interrupted run goes on.</summary>
    public ResumeMark? Mark { get; private set; }

    /// <summary>Null where the request keeps none.</summary>
    public static RestoreJournal? Open(RestoreRequest request, DateTimeOffset now) =>
        request.JournalFolder is not { } folder || request.IsDryRun
            ? null
            : Open(folder, IdentityOf(request), request.IsRestart, now);

    /// <param name="folder">Private, and there.</param>
    /// <param name="identity">Whatever makes the request another one.</param>
    /// <exception cref="FaultException"><c>restore.running</c>: the same is being restored.</exception>
    public static RestoreJournal Open(string folder, ReadOnlySpan<byte> identity, bool isRestart, DateTimeOffset now)
    {
        Span<byte> hash = stackalloc byte[12];
        Blake3.Hash(identity, hash);
        var journal = new RestoreJournal(folder, $"restore-{Convert.ToHexStringLower(hash)}.json") { _startedAt = now };
        if (!isRestart) journal.Read();
        if (journal.Mark is { } mark) journal._startedAt = mark.StartedAt;
        else journal.Note(0, null);
        return journal;
    }

    /// <summary>
    /// All parts before this one, and of it all entries up to <paramref name="path"/>, are done and durable.
    /// </summary>
    public void Note(int part, byte[]? path)
    {
        byte[] note = CanonicalJson.Write(json =>
        {
            json.WriteNumber("part"u8, part);
            if (path is not null) json.WriteBase64String("path"u8, path);
            json.WriteString("startedAt"u8, CanonicalJson.Time(_startedAt));
        });
        try
        {
            SecretFile.Write(FilePath, note);
        }
        catch (FaultException e) when (e.Fault.Code == "secret.write")
        {
            // The home is full or read-only. The note before stands, and a run that is cut off goes on from there.
        }
    }

    public void Remove()
    {
        if (RestoreTarget.Open(Encoding.UTF8.GetBytes(_folder), RestoreAspects.None, out var folder).IsError) return;
        using (folder)
            foreach (string name in (string[])[_name, LockOf(_name)])
                _ = folder!.Root.Remove(Encoding.UTF8.GetBytes(name));
    }

    public void Dispose() => _turn?.Dispose();

    private static string LockOf(string name) => Path.ChangeExtension(name, ".lock");

    private static FolderLock? Take(string path)
    {
        try
        {
            if (FolderLock.TryTake(path, "restore", out var turn, out var holder)) return turn;
            throw FaultException.Refused("restore.running", holder is null ? "The same restore is under way already."
                : $"The same restore is under way already, in process {holder.Pid}.",
                "Wait for its end; was it cut off, the same command goes on from there.");
        }
        catch (FaultException e) when (e.Fault.Code == "lock.failed")
        {
            return null; // a home that is full or read-only: what is wanted back does not wait for it
        }
    }

    private string FilePath => Path.Combine(_folder, _name);

    // What cannot be read is no journal: the run then compares everything, which costs time and nothing else.
    private void Read()
    {
        if (SystemPaths.Stat(Encoding.UTF8.GetBytes(FilePath), out _).IsError) return;
        try
        {
            Mark = CanonicalJson.Read(SecretFile.Read(FilePath), FilePath, static root => new ResumeMark(
                root.Time("startedAt"),
                (int)root.Number("part"),
                root.TryChild("path", out JsonElement path) ? path.GetBytesFromBase64() : null));
        }
        catch (Exception e) when (e is FaultException or CorruptionException)
        {
            Mark = null;
        }
    }

    private static ReadOnlySpan<byte> IdentityOf(RestoreRequest request)
    {
        var bytes = new ByteWriter();
        foreach (var point in request.Points.Points) bytes.Bytes(point.Id.ToArray());
        bytes.Varint((ulong)request.Paths.Count);
        foreach (byte[] path in request.Paths) bytes.Block(path);
        bytes.Block(request.TargetFolder);
        bytes.Byte((byte)request.IfExists);
        bytes.Byte((byte)(request.WithPermissions ? 1 : 0));
        return bytes.Written;
    }
}
