using System.Buffers;
using System.Net.Sockets;
using System.Text.Json;
using Coffer.Agent.Homes;
using Coffer.Contracts.Jobs;
using Coffer.FileSystem.Machines.Services;

namespace Coffer.Agent.Jobs.Live;

/// <summary>
/// Where other processes watch and cancel the job that runs for a home: a socket in it, a folder that only its owner
/// and root enter. A client sends a line, <c>watch</c> or <c>cancel</c>, and is told the progress, an object a line,
/// until the job is over and the connection with it; the last line says how it ended, unless the job was killed.
/// </summary>
/// <remarks>The job never waits for who watches: a client that does not read is let go.</remarks>
public sealed class JobSocket : IDisposable
{
    internal static ReadOnlySpan<byte> Watch => "watch\n"u8;

    internal static ReadOnlySpan<byte> Cancel => "cancel\n"u8;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly Socket? _listener;
    private readonly Action _cancel;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _clients = [];
    private byte[] _last = [];
    private bool _isDisposed;

    private JobSocket(string path, Socket? listener, Action cancel, TimeProvider time)
    {
        (_path, _listener, _cancel, _time) = (path, listener, cancel, time);
        if (listener is not null) _ = AcceptAsync(listener);
    }

    /// <summary>The caller holds the job's lock. Where there can be no socket, nobody watches.</summary>
    /// <param name="cancel">May be called from any thread, and more than once.</param>
    public static JobSocket Open(AgentHome home, Action cancel, TimeProvider time)
    {
        string path = home.JobSocketFile;
        return new JobSocket(path, LocalSocket.Listen(path), cancel, time);
    }

    /// <summary>To all who watch, and to who comes next.</summary>
    /// <param name="text">For people.</param>
    /// <param name="fields">The same for programs.</param>
    public void Tell(string text, Action<Utf8JsonWriter> fields) => Tell(text, fields, null);

    /// <summary>How it ended: told once, as the last.</summary>
    public void TellEnd(JobState state) => Tell("", static _ => { }, state);

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        EndListening();
        lock (_lock)
        {
            foreach (var client in _clients) client.Dispose();
            _clients.Clear();
        }
        if (_listener is not null) LocalSocket.Remove(_path);
        _over.Dispose();
    }

    private void Tell(string text, Action<Utf8JsonWriter> fields, JobState? end)
    {
        if (_listener is null) return;
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("text"u8, text);
            json.WriteStartObject("fields"u8);
            fields(json);
            json.WriteEndObject();
            if (end is { } state) json.WriteString("end"u8, state.ToString());
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        lock (_lock)
        {
            _last = line.WrittenSpan.ToArray();
            _clients.RemoveAll(client => !TrySend(client, _last));
        }
    }

    private void EndListening()
    {
        try
        {
            _over.Cancel();
            _listener?.Dispose();
        }
        catch (Exception e) when (e is AggregateException or OutOfMemoryException)
        {
            // Where no file may be opened any more, the runtime has no thread to tell those who wait; they end with the
            // process, and why there was no file is what has to be told.
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        var over = _over.Token;
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptAsync(over), over);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The job is over.
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken over)
    {
        try
        {
            byte[] line = new byte[Cancel.Length];
            using var patience = new CancellationTokenSource(s_patience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over, patience.Token);
            int length = 0;
            while (length < line.Length && (length == 0 || line[length - 1] != '\n'))
            {
                int read = await client.ReceiveAsync(line.AsMemory(length), either.Token);
                if (read == 0) break;
                length += read;
            }
            bool isCancel = line.AsSpan(0, length).SequenceEqual(Cancel);
            if (!isCancel && !line.AsSpan(0, length).SequenceEqual(Watch))
            {
                client.Dispose();
                return;
            }
            Add(client, over);
            if (isCancel) _cancel();
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            client.Dispose();
        }
    }

    private void Add(Socket client, CancellationToken over)
    {
        lock (_lock)
        {
            over.ThrowIfCancellationRequested();
            client.Blocking = false;
            if (TrySend(client, _last)) _clients.Add(client);
        }
    }

    private static bool TrySend(Socket client, byte[] line)
    {
        int sent = client.Send(line, SocketFlags.None, out var error);
        if (error == SocketError.Success && sent == line.Length) return true;
        client.Dispose();
        return false;
    }
}
