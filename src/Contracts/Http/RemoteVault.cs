using Coffer.Contracts.Http.Sessions;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;

namespace Coffer.Contracts.Http;

/// <summary>
/// A vault of a service, as one machine may use it; or, before it is registered, as a credentials file may.
/// </summary>
public sealed class RemoteVault : IVault
{
    private readonly RemoteVaultOptions _options;
    private readonly VaultConnection _connection;

    public RemoteVault(RemoteVaultOptions options)
    {
        _options = options;
        _connection = new VaultConnection(options);
        Description = new VaultDescription(
            options.Service.Vault, options.Service.VaultName, options.Service.Address.ToString(), IsReadOnly: false);
    }

    public VaultDescription Description { get; }

    /// <summary>Who answers at the address.</summary>
    public Task<VaultGreeting> GreetAsync(CancellationToken cancellationToken) =>
        _connection.GetAsync("", WireJson.Default.VaultGreeting, cancellationToken);

    public async Task<IReadOnlyList<ServerDescription>> ListServersAsync(CancellationToken cancellationToken) =>
        await _connection.GetAsync("servers", WireJson.Default.ServerDescriptionArray, cancellationToken);

    /// <summary>The servers of a name, for whoever holds a registration secret.</summary>
    public async Task<IReadOnlyList<ServerDescription>> FindServersAsync(
        string name, CancellationToken cancellationToken) =>
        await _connection.PostAsync(
            "servers/search", new ServerSearch(Secret(), name), WireJson.Default.ServerSearch,
            WireJson.Default.ServerDescriptionArray, cancellationToken);

    /// <summary>What a server's passphrase is to be tried with.</summary>
    public Task<PassphraseLock> ReadLockAsync(string server, CancellationToken cancellationToken) =>
        _connection.PostAsync(
            "grants/locks", new LockQuestion(Secret(), server), WireJson.Default.LockQuestion,
            WireJson.Default.PassphraseLock, cancellationToken);

    /// <summary>The server's wrapped key, for who proves that he knows its passphrase.</summary>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>, also where there is no such server.</exception>
    public Task<GrantAnswer> RequestGrantAsync(GrantIdentity grant, CancellationToken cancellationToken) =>
        _connection.RequestGrantAsync(grant, cancellationToken);

    public Task<ServerDescription> RegisterAsync(RegistrationRequest request, CancellationToken cancellationToken) =>
        _connection.PostAsync(
            "servers", new ServiceRegistration(Secret(), request), WireJson.Default.ServiceRegistration,
            WireJson.Default.ServerDescription, cancellationToken);

    public Task<ServerDescription> AdoptAsync(AdoptionRequest request, CancellationToken cancellationToken) =>
        throw FaultException.Refused("adopt.served", "A served vault's servers cannot be adopted yet.",
            "Register as a new server, or bring the vault's folder here.");

    public async Task<IReadOnlyList<byte[]>> ReadEnvelopesAsync(
        KeyspaceId keyspace, CancellationToken cancellationToken) =>
        await _connection.GetAsync(
            DataRoutes.Envelopes(keyspace), WireJson.Default.ByteArrayArray, cancellationToken);

    public Task StoreEnvelopeAsync(KeyspaceId keyspace, byte[] envelope, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            HttpMethod.Post, DataRoutes.Envelopes(keyspace), envelope, WireJson.Default.ByteArray, cancellationToken);

    public Task<byte[]> ReadEnvelopeAsync(
        KeyspaceId keyspace, byte kind, uint number, CancellationToken cancellationToken) =>
        _connection.GetAsync(
            DataRoutes.Envelope(keyspace, kind, number), WireJson.Default.ByteArray, cancellationToken);

    public Task ActivateEnvelopeAsync(
        KeyspaceId keyspace, byte kind, uint number, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, DataRoutes.Envelope(keyspace, kind, number) + "/activate", cancellationToken);

    public Task StorePolicyAsync(
        MachineId machine, long version, byte[] policy, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            HttpMethod.Put, $"servers/{machine}/policy", new StoredPolicy(version, policy),
            WireJson.Default.StoredPolicy, cancellationToken);

    public async Task<StoredPolicy?> ReadPolicyAsync(MachineId machine, CancellationToken cancellationToken)
    {
        byte[] body = await _connection.SendAsync(
            HttpMethod.Get, $"servers/{machine}/policy", null, HttpLimits.MaxMessageBytes, cancellationToken);
        return body.Length == 0 ? null : _connection.Read(body, WireJson.Default.StoredPolicy, "a policy");
    }

    public async Task<IBackupSession> OpenSessionAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        Invariant.Holds(_options.Spool is not null);
        var opened = await _connection.PostAsync(
            "sessions", request, WireJson.Default.SessionRequest, WireJson.Default.OpenedSession, cancellationToken);
        bool isBearable = opened.Envelopes.Length <= Format.Limits.MaxEnvelopes
            && opened.Envelopes.All(envelope => envelope.Length <= Format.Limits.MaxEnvelopeBytes);
        return isBearable
            ? new RemoteSession(_connection, opened, _options.Spool!)
            : throw HttpFaults.Answer(_options.Service.Address, $"{opened.Envelopes.Length} envelopes");
    }

    public async Task<IReadOnlyList<PointDescription>> ListPointsAsync(
        PointFilter filter, CancellationToken cancellationToken)
    {
        string query = string.Join('&', new[]
        {
            filter.Machine is { } machine ? $"machine={machine}" : null,
            filter.Source is { } source ? $"source={source}" : null,
            filter.Keyspace is { } keyspace ? $"keyspace={keyspace}" : null,
        }.Where(part => part is not null));
        return await _connection.GetAsync(
            $"points?{query}", WireJson.Default.PointDescriptionArray, cancellationToken);
    }

    public async Task<IFrameReader> OpenReaderAsync(KeyspaceId keyspace, CancellationToken cancellationToken)
    {
        var opened = await _connection.PostAsync(
            "readers", keyspace, WireJson.Default.KeyspaceId, WireJson.Default.OpenedReader, cancellationToken);
        return new RemoteReader(_connection, opened.Reader);
    }

    public Task ReportJobAsync(JobReport report, CancellationToken cancellationToken) => _connection.SendAsync(
        HttpMethod.Put, $"jobs/{report.Id}", report, WireJson.Default.JobReport, cancellationToken);

    public async Task<IReadOnlyList<JobReport>> ListJobsAsync(
        MachineId? machine, int limit, CancellationToken cancellationToken) =>
        await _connection.GetAsync($"jobs?limit={limit}", WireJson.Default.JobReportArray, cancellationToken);

    public Task<VaultStatus> ReadStatusAsync(CancellationToken cancellationToken) =>
        _connection.GetAsync("status", WireJson.Default.VaultStatus, cancellationToken);

    /// <summary>A served vault reads itself again; what an agent says of it counts for nothing.</summary>
    public Task NoteFullCheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private Task SendAsync(HttpMethod method, string path, CancellationToken cancellationToken) =>
        _connection.SendAsync(method, path, null, HttpLimits.MaxMessageBytes, cancellationToken);

    private byte[] Secret() => _options.RegistrationSecret
        ?? throw FaultException.Usage("machine.registered", "This machine is registered with this vault already.");
}
