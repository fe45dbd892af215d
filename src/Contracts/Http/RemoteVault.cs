using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Http.Sessions;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Policies;
using Coffer.Contracts.Protection;
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

    /// <summary>What the vault has shown last, be it the right one or not; null before the first connection.</summary>
    public ShownCertificate? Certificate => _connection.Certificate;

    /// <summary>Who answers at the address.</summary>
    public Task<VaultGreeting> GreetAsync(CancellationToken cancellationToken) =>
        _connection.GetAsync(
            "", WireJson.Default.VaultGreeting, HttpLimits.ShortAnswerBytes, cancellationToken);

    public async Task<IReadOnlyList<ServerDescription>> ListServersAsync(CancellationToken cancellationToken) =>
        await _connection.GetAsync(
            "servers", WireJson.Default.ServerDescriptionArray, HttpLimits.MaxMessageBytes, cancellationToken);

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

    /// <exception cref="FaultException"><c>adoption.pending</c>: the proof is right, and somebody has to approve it;
    /// asked again then, it is done.</exception>
    public Task<ServerDescription> AdoptAsync(AdoptionRequest request, CancellationToken cancellationToken) =>
        _connection.PostAsync(
            "adoptions", new ServiceAdoption(Secret(), request), WireJson.Default.ServiceAdoption,
            WireJson.Default.ServerDescription, cancellationToken);

    /// <summary>Asks to join a shared keyspace; answered with the machine's own id once it is approved.</summary>
    /// <exception cref="FaultException"><c>join.pending</c>, <c>keyspace.private</c>.</exception>
    public Task<ServerDescription> JoinAsync(JoinRequest request, CancellationToken cancellationToken) =>
        _connection.PostAsync(
            "joins", new ServiceJoin(Secret(), request), WireJson.Default.ServiceJoin,
            WireJson.Default.ServerDescription, cancellationToken);

    public async Task<IReadOnlyList<byte[]>> ReadEnvelopesAsync(
        KeyspaceId keyspace, CancellationToken cancellationToken) =>
        await _connection.GetAsync(
            DataRoutes.Envelopes(keyspace), WireJson.Default.ByteArrayArray, HttpLimits.ShortAnswerBytes,
            cancellationToken);

    public Task StoreEnvelopeAsync(KeyspaceId keyspace, byte[] envelope, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            HttpMethod.Post, DataRoutes.Envelopes(keyspace), envelope, WireJson.Default.ByteArray, cancellationToken);

    public Task<byte[]> ReadEnvelopeAsync(
        KeyspaceId keyspace, byte kind, uint number, CancellationToken cancellationToken) =>
        _connection.GetAsync(
            DataRoutes.Envelope(keyspace, kind, number), WireJson.Default.ByteArray, HttpLimits.ShortAnswerBytes,
            cancellationToken);

    public Task ActivateEnvelopeAsync(
        KeyspaceId keyspace, byte kind, uint number, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, DataRoutes.Envelope(keyspace, kind, number) + "/activate", cancellationToken);

    public Task StorePolicyAsync(
        MachineId machine, long version, byte[] policy, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            HttpMethod.Put, $"servers/{machine}/policy", new StoredPolicy(version, policy),
            WireJson.Default.StoredPolicy, cancellationToken);

    /// <summary>A policy in answer to an edit that was made at the vault: a PIN was asked for there.</summary>
    public Task StorePolicyAsync(
        MachineId machine, StoredPolicy policy, Id128 edit, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            HttpMethod.Put, $"servers/{machine}/policy?edit={edit}", policy, WireJson.Default.StoredPolicy,
            cancellationToken);

    /// <summary>What people at the vault would have this machine do; it is bound to none of it.</summary>
    public Task<MachineRequests> ReadRequestsAsync(MachineId machine, CancellationToken cancellationToken) =>
        _connection.GetAsync(
            $"servers/{machine}/requests", WireJson.Default.MachineRequests, HttpLimits.PolicyBytes,
            cancellationToken);

    public Task AnswerEditAsync(
        MachineId machine, Id128 edit, EditAnswer answer, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            HttpMethod.Post, $"servers/{machine}/policy/edits/{edit}", answer, WireJson.Default.EditAnswer,
            cancellationToken);

    /// <summary>This machine begins the backup that was asked for.</summary>
    public Task TakeBackupAsync(MachineId machine, Id128 request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"servers/{machine}/backups/{request}/take", cancellationToken);

    public async Task<StoredPolicy?> ReadPolicyAsync(MachineId machine, CancellationToken cancellationToken)
    {
        byte[] body = await _connection.SendAsync(
            HttpMethod.Get, $"servers/{machine}/policy", null, HttpLimits.PolicyBytes, cancellationToken);
        return body.Length == 0 ? null : _connection.Read(body, WireJson.Default.StoredPolicy, "a policy");
    }

    public async Task<IBackupSession> OpenSessionAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        Invariant.Holds(_options.Spool is not null);
        var opened = await OpenAsync(cancellationToken);
        return new RemoteSession(_connection, opened, _options.Spool!, OpenAsync);

        async Task<OpenedSession> OpenAsync(CancellationToken cancel) => Checked(await _connection.PostAsync(
            "sessions", request, WireJson.Default.SessionRequest, WireJson.Default.OpenedSession, cancel));
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
        var points = await _connection.GetAsync(
            $"points?{query}", WireJson.Default.PointDescriptionArray, HttpLimits.MaxMessageBytes, cancellationToken);
        var seen = new HashSet<ObjectId>(points.Length);
        foreach (var point in points)
        {
            bool isAskedFor = (filter.Machine ?? point.Machine) == point.Machine
                && (filter.Source ?? point.Source) == point.Source
                && (filter.Keyspace ?? point.Keyspace) == point.Keyspace;
            if (point.Sequence is < 1 or > HttpLimits.HighestSequence) throw Answer($"a point number {point.Sequence}");
            if (!isAskedFor) throw Answer($"the recovery point {point.Id}, which was not asked for");
            if (!seen.Add(point.Id)) throw Answer($"the recovery point {point.Id} twice");
        }
        return points;
    }

    public async Task<IFrameReader> OpenReaderAsync(KeyspaceId keyspace, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(cancellationToken);
        return new RemoteReader(_connection, opened.Reader, async cancel => (await OpenAsync(cancel)).Reader);

        Task<OpenedReader> OpenAsync(CancellationToken cancel) => _connection.PostAsync(
            "readers", keyspace, WireJson.Default.KeyspaceId, WireJson.Default.OpenedReader, cancel);
    }

    public async Task<IReadOnlyList<BackupItem>> ListBackupItemsAsync(
        MachineId machine, CancellationToken cancellationToken)
    {
        var items = await _connection.GetAsync(
            $"servers/{machine}/sources", WireJson.Default.BackupItemArray, HttpLimits.MaxMessageBytes,
            cancellationToken);
        if (Array.Exists(items, static item => item is null)) throw Answer("no backup item where one should be");
        return Array.Find(items, item => item.Server != machine) is { } other
            ? throw Answer($"backup item {other.Id} of another server")
            : items;
    }

    public Task<StopAnswer> StopProtectionAsync(
        SourceId source, StopRequest request, CancellationToken cancellationToken) => _connection.PostAsync(
            $"sources/{source}/stop", request, WireJson.Default.StopRequest, WireJson.Default.StopAnswer,
            cancellationToken);

    public Task ResumeProtectionAsync(SourceId source, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"sources/{source}/resume", cancellationToken);

    public async Task<int> UndeleteAsync(SourceId source, CancellationToken cancellationToken)
    {
        byte[] body = await _connection.SendAsync(
            HttpMethod.Post, $"sources/{source}/undelete", null, HttpLimits.MaxMessageBytes, cancellationToken);
        return _connection.Read(body, WireJson.Default.UndeleteAnswer, "an answer").Points;
    }

    public Task HoldPointAsync(ObjectId point, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"points/{point}/hold", cancellationToken);

    public Task<ExtendAnswer> ExtendPointAsync(
        ObjectId point, DateTimeOffset until, CancellationToken cancellationToken) => _connection.PostAsync(
            $"points/{point}/extend", new ExtendRequest(until), WireJson.Default.ExtendRequest,
            WireJson.Default.ExtendAnswer, cancellationToken);

    public Task ReleasePointAsync(ObjectId point, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"points/{point}/release", cancellationToken);

    public Task UnregisterAsync(MachineId machine, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "unregister", cancellationToken);

    public Task ReportJobAsync(JobReport report, CancellationToken cancellationToken) => _connection.SendAsideAsync(
        HttpMethod.Put, $"jobs/{report.Id}", report, WireJson.Default.JobReport,
        report.EndedAt is null ? null : HttpLimits.LastReportPatience, cancellationToken);

    public async Task<IReadOnlyList<JobReport>> ListJobsAsync(
        MachineId? machine, int limit, CancellationToken cancellationToken) =>
        await _connection.GetAsync(
            $"jobs?limit={limit}", WireJson.Default.JobReportArray, HttpLimits.MaxMessageBytes, cancellationToken);

    public Task<VaultStatus> ReadStatusAsync(CancellationToken cancellationToken) =>
        _connection.GetAsync("status", WireJson.Default.VaultStatus, HttpLimits.ShortAnswerBytes, cancellationToken);

    /// <summary>A served vault reads itself again; what an agent says of it counts for nothing.</summary>
    public Task NoteFullCheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private Task SendAsync(HttpMethod method, string path, CancellationToken cancellationToken) =>
        _connection.SendAsync(method, path, null, HttpLimits.ShortAnswerBytes, cancellationToken);

    private OpenedSession Checked(OpenedSession opened)
    {
        if (opened.Opening.Vault != _options.Service.Vault) throw Answer($"as vault {opened.Opening.Vault}");
        if (_options.Keyspace is { } own && opened.Keyspace != own) throw Answer($"for keyspace {opened.Keyspace}");
        bool isBearable = opened.Envelopes.Length <= Format.Limits.MaxEnvelopes
            && opened.Envelopes.All(envelope => envelope.Length <= Format.Limits.MaxEnvelopeBytes);
        if (!isBearable) throw Answer($"{opened.Envelopes.Length} envelopes");
        return opened.Envelopes.All(_options.IsOwnEnvelope)
            ? opened
            : throw Answer("an envelope that the keys of this machine did not sign");
    }

    private FaultException Answer(string what) => HttpFaults.Answer(_options.Service.Address, what);

    private byte[] Secret() => _options.RegistrationSecret
        ?? throw FaultException.Usage("machine.registered", "This machine is registered with this vault already.");
}
