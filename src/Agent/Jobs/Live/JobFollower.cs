using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Coffer.Agent.Homes;
using Coffer.Contracts.Jobs;
using Coffer.Domain;

namespace Coffer.Agent.Jobs.Live;

/// <summary>What a job told about how far it is.</summary>
/// <param name="Fields">An object, for programs.</param>
/// <param name="End">How the job ended, and nothing else; null: it goes on.</param>
public sealed record JobNews(string Text, JsonElement Fields, JobState? End = null);

/// <summary>The other end of <see cref="JobSocket"/>.</summary>
public sealed class JobFollower : IDisposable
{
    private readonly Socket _socket;

    private JobFollower(Socket socket) => _socket = socket;

    /// <exception cref="FaultException"><c>job.none</c>: no job runs for this home.</exception>
    public static Task<JobFollower> WatchAsync(AgentHome home, CancellationToken cancellationToken) =>
        ConnectAsync(home, JobSocket.Watch.ToArray(), cancellationToken);

    /// <summary>The job ends when it has kept what it transferred: <see cref="ReadAsync"/> ends then.</summary>
    /// <exception cref="FaultException"><c>job.none</c>: no job runs for this home.</exception>
    public static Task<JobFollower> CancelAsync(AgentHome home, CancellationToken cancellationToken) =>
        ConnectAsync(home, JobSocket.Cancel.ToArray(), cancellationToken);

    /// <summary>Ends with the job.</summary>
    public async IAsyncEnumerable<JobNews> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stream = new NetworkStream(_socket);
        using var reader = new StreamReader(stream);
        while (await NextAsync(reader, cancellationToken) is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            bool isEnd = root.TryGetProperty("end", out var end);
            yield return new JobNews(
                root.GetProperty("text").GetString() ?? "", root.GetProperty("fields").Clone(),
                isEnd ? Enum.Parse<JobState>(end.GetString()!) : null);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static async Task<JobFollower> ConnectAsync(
        AgentHome home, byte[] request, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(home.JobSocketFile), cancellationToken);
            await socket.SendAsync(request, cancellationToken);
            return new JobFollower(socket);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw FaultException.Refused(
                "job.none", "No backup is running here.", "`coffer job` lists those that were.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A job that was killed ends the connection otherwise.
    private static async Task<string?> NextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
