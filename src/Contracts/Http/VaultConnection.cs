using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Http.Exchanges;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Polly;
using Polly.Retry;

namespace Coffer.Contracts.Http;

/// <summary>
/// Sends requests to one vault of a service: with the machine's token, to the pinned key only, and again where the
/// network failed: every request of the data API may be sent twice. Pauses grow from 1 s to 60 s with jitter; it is
/// given up when nothing came through for as long as the options allow (product: 30 minutes for backup and restore).
/// </summary>
internal sealed class VaultConnection : IAsyncDisposable
{
    /// <summary>Carries a security PIN beside the one request that needs it.</summary>
    public const string PinHeader = "Coffer-Pin";

    private static readonly ResiliencePropertyKey<Aside?> s_aside = new("aside");

    private volatile ServiceAddress _service;
    private readonly RemoteVaultOptions _options;
    private readonly PinnedHandler _pinned;
    private readonly HttpClient _http;
    private readonly TokenStore? _tokens;
    private readonly ResiliencePipeline<HttpAnswer> _retry;
    private readonly ConcurrentBag<Task> _beside = [];
    private long _lastProgress;
    private int _underWay;

    // A vault that was started anew refuses a pack before it has read it, and ends the connection some seconds later:
    // over a slow line that is before the pack is through, and the refusal, which would have had a new session opened,
    // is lost. So once something has failed, packs wait for the vault's word (100-continue, RFC 9110 10.1.1).
    private volatile bool _asksFirst;

    public VaultConnection(RemoteVaultOptions options)
    {
        (_service, _options) = (options.Service, options);
        _pinned = new PinnedHandler(options.Service, options.Proxy, options.Throttle);
        _http = new HttpClient(options.Between(_pinned.Handler))
        {
            BaseAddress = new Uri(options.Service.Address, DataRoutes.Vault(options.Service.Vault) + "/"),
            Timeout = Timeout.InfiniteTimeSpan, // the pipeline's, as a large pack on a slow link may take its time
        };
        if (options.Identity is { } machine)
            _tokens = new TokenStore(options.Time, cancel => RequestTokenAsync(machine, cancel));
        else if (options.Grant is { } grant)
            _tokens = new TokenStore(options.Time, async cancel => GrantOf(Lasting(
                await AskForGrantAsync(grant, cancel))).Token);
        _lastProgress = options.Time.GetTimestamp();
        _retry = new ResiliencePipelineBuilder<HttpAnswer> { TimeProvider = options.Time }
            .AddRetry(new RetryStrategyOptions<HttpAnswer>
            {
                MaxRetryAttempts = int.MaxValue,
                Delay = HttpLimits.FirstPause,
                MaxDelay = HttpLimits.LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => new ValueTask<bool>(
                    IsPassing(arguments.Outcome) && HasPatience(arguments.Context)),
                OnRetry = arguments =>
                {
                    _asksFirst = true;
                    options.Watch?.Failed(ReasonOf(arguments.Outcome));
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    public ServiceAddress Service => _service;

    /// <summary>What the vault has shown last; null before the first connection.</summary>
    public ShownCertificate? Certificate => _pinned.Shown;

    public async Task<T> GetAsync<T>(
        string path, JsonTypeInfo<T> type, int maxBytes, CancellationToken cancellationToken)
    {
        byte[] body = await SendAsync(HttpMethod.Get, path, null, maxBytes, cancellationToken);
        return Read(body, type, path);
    }

    public Task SendAsync<T>(
        HttpMethod method, string path, T message, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(method, path, () => Json(message, type), HttpLimits.ShortAnswerBytes, cancellationToken);

    public async Task<TAnswer> PostAsync<T, TAnswer>(
        string path, T message, JsonTypeInfo<T> type, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken)
    {
        byte[] body = await SendAsync(
            HttpMethod.Post, path, () => Json(message, type), HttpLimits.MaxMessageBytes, cancellationToken);
        return Read(body, answer, path);
    }

    /// <summary>
    /// Tells something about the work, which is no part of it: that this gets through is no progress, so work that is
    /// stuck beside it is given up all the same.
    /// </summary>
    /// <param name="patience">Counted from now on; null for as long as the options allow.</param>
    public async Task SendAsideAsync<T>(
        HttpMethod method, string path, T message, JsonTypeInfo<T> type, TimeSpan? patience,
        CancellationToken cancellationToken)
    {
        var aside = new Aside(_options.Time.GetTimestamp(), patience ?? _options.Patience);
        var ask = new Ask(method, path, () => Json(message, type), HttpLimits.ShortAnswerBytes);
        var answer = await PatientlyAsync(cancel => SendOnceAsync(ask, cancel), aside, cancellationToken);
        if (!answer.IsSuccess) throw new FaultException(FaultOf(answer));
    }

    /// <param name="content">Made anew for each try; null for none.</param>
    /// <param name="maxBytes">A longer answer is refused.</param>
    /// <exception cref="FaultException">What the vault answered, or that it did not.</exception>
    public async Task<byte[]> SendAsync(
        HttpMethod method, string path, Func<HttpContent>? content, int maxBytes, CancellationToken cancellationToken)
    {
        var ask = new Ask(method, path, content, maxBytes) { Further = NoteProgress };
        var answer = await PatientlyAsync(cancel => SendOnceAsync(ask, cancel), aside: null, cancellationToken);
        return answer.IsSuccess ? answer.Body : throw new FaultException(FaultOf(answer));
    }

    /// <summary>Opens a connection for a long body, so that the first need not wait two round trips.</summary>
    public void Prepare() => _beside.Add(TryGreetAsync());

    /// <summary>Tells that something is done with. Nobody waits for that but the end, and not for long.</summary>
    public void Leave(string path) => _beside.Add(TryDeleteAsync(path));

    private async Task TryDeleteAsync(string path)
    {
        using var timeout = new CancellationTokenSource(HttpLimits.GoodbyeTimeout, _options.Time);
        try
        {
            _ = await SendAsync(HttpMethod.Delete, path, null, HttpLimits.ShortAnswerBytes, timeout.Token);
        }
        catch (Exception e) when (e is FaultException or OperationCanceledException)
        {
            // Who did not hear it finds out.
        }
    }

    private async Task TryGreetAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "") { Version = HttpVersion.Version11 };
        using var timeout = new CancellationTokenSource(HttpLimits.ConnectTimeout, _options.Time);
        try
        {
            using var _ = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // What is sent next meets the same fault and tells of it.
        }
    }

    public T Read<T>(byte[] body, JsonTypeInfo<T> type, string path)
    {
        try
        {
            return WireMessage.Decode(body, type, path);
        }
        catch (CorruptionException e)
        {
            throw HttpFaults.Answer(_service.Address, e.Message, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_beside);
        _http.Dispose();
        _tokens?.Dispose();
    }

    private static ByteArrayContent Json<T>(T message, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(message, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task<HttpAnswer> PatientlyAsync(
        Func<CancellationToken, Task<HttpAnswer>> send, Aside? aside, CancellationToken cancellationToken)
    {
        // A long time without a request is no time without an answer.
        if (aside is null && Interlocked.Increment(ref _underWay) == 1)
            NoteProgress();
        _options.Watch?.Enter();
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(s_aside, aside);
        try
        {
            var answer = await _retry.ExecuteAsync(
                async running => await send(running.CancellationToken), context);
            if (aside is null) NoteProgress();
            else _options.Watch?.Moved();
            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            throw Wrapped(e);
        }
        finally
        {
            _options.Watch?.Leave();
            if (aside is null) Interlocked.Decrement(ref _underWay);
            ResilienceContextPool.Shared.Return(context);
        }
    }

    // A token that ran out meanwhile is no failure: another is asked for, and the same request sent again.
    private async Task<HttpAnswer> SendOnceAsync(Ask ask, CancellationToken cancellationToken)
    {
        if (_tokens is null) return await ExchangeAsync(ask, null, cancellationToken);
        string token = await _tokens.GetAsync(cancellationToken);
        var answer = await ExchangeAsync(ask, token, cancellationToken);
        if (answer.Status != HttpStatusCode.Unauthorized) return answer;
        _tokens.Forget(token);
        token = await _tokens.GetAsync(cancellationToken);
        return await ExchangeAsync(ask, token, cancellationToken);
    }

    private async Task<TokenAnswer> RequestTokenAsync(MachineIdentity machine, CancellationToken cancellationToken)
    {
        byte[]? pin = PinToSign();
        var answer = await AskForTokenAsync(machine, pin, cancellationToken);
        // It showed another of its keys than was expected: it changes over just now, or a clock is off.
        if (!answer.IsSuccess && pin is not null && !pin.AsSpan().SequenceEqual(PinToSign()))
            answer = await AskForTokenAsync(machine, PinToSign(), cancellationToken);
        if (!answer.IsSuccess) throw new FaultException(FaultOf(answer));
        var token = Checked(Read(answer.Body, WireJson.Default.TokenAnswer, "tokens"));
        Follow(token.NextPin);
        return token;
    }

    private async Task<HttpAnswer> AskForTokenAsync(
        MachineIdentity machine, byte[]? pin, CancellationToken cancellationToken)
    {
        var (now, nonce) = (_options.Time.GetUtcNow(), Id128.Random());
        byte[] signature = machine.Sign(MachineAssertion.Message(_service.Vault, pin, machine.Machine, now, nonce));
        var request = new TokenRequest(machine.Machine, now, nonce, signature);
        var ask = new Ask(
            HttpMethod.Post, "tokens", () => Json(request, WireJson.Default.TokenRequest), HttpLimits.ShortAnswerBytes);
        return Lasting(await ExchangeAsync(ask, null, cancellationToken));
    }

    private byte[]? PinToSign() => _pinned.Matched ?? PinRule.Expected(_service, _options.Time.GetUtcNow());

    private void Follow(NextPin? told)
    {
        var before = _service;
        var after = PinRule.After(before, _pinned.Matched, told, _options.Time.GetUtcNow());
        if (ReferenceEquals(before, after)) return;
        _service = after;
        _pinned.Expect(after);
        _options.Followed?.Invoke(after);
    }

    // It goes into a header of each request.
    private TokenAnswer Checked(TokenAnswer answer) =>
        answer.Token.Length is > 0 and <= HttpLimits.TokenLength && answer.Token.All(char.IsAsciiLetterOrDigit)
            ? answer
            : throw HttpFaults.Answer(_service.Address, "a token that is none");

    /// <summary>Proves the passphrase of a server, for its wrapped key and a token to read its points.</summary>
    public async Task<GrantAnswer> RequestGrantAsync(GrantIdentity grant, CancellationToken cancellationToken) =>
        GrantOf(await PatientlyAsync(cancel => AskForGrantAsync(grant, cancel), null, cancellationToken));

    private Task<HttpAnswer> AskForGrantAsync(GrantIdentity grant, CancellationToken cancellationToken)
    {
        var (now, nonce) = (_options.Time.GetUtcNow(), Id128.Random());
        byte[] signature = grant.Sign(
            GrantProof.Message(_service.Vault, PinToSign(), grant.Keyspace, now, nonce));
        var request = new GrantRequest(grant.Secret, grant.Server, now, nonce, signature);
        var ask = new Ask(
            HttpMethod.Post, "grants", () => Json(request, WireJson.Default.GrantRequest), HttpLimits.ShortAnswerBytes);
        return ExchangeAsync(ask, null, cancellationToken);
    }

    private GrantAnswer GrantOf(HttpAnswer answer)
    {
        if (!answer.IsSuccess) throw new FaultException(FaultOf(answer));
        var grant = Read(answer.Body, WireJson.Default.GrantAnswer, "grants");
        Checked(grant.Token);
        return grant;
    }

    // Within a request: that one is sent again where this is worth it.
    private static HttpAnswer Lasting(HttpAnswer answer) => IsPassing(answer.Status)
        ? throw new HttpRequestException($"status {(int)answer.Status}")
        : answer;

    private async Task<HttpAnswer> ExchangeAsync(Ask ask, string? token, CancellationToken cancellationToken)
    {
        using var request = RequestOf(ask, token);
        using var limit = new ExchangeLimit(
            ask, request.Content?.Headers.ContentLength ?? 0, _options.Time, cancellationToken);
        var bulk = request.Content as BulkContent;
        if (bulk is not null) Observe(bulk, limit);
        try
        {
            var late = limit.Begin();
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late);
            bool isSuccess = response.IsSuccessStatusCode;
            int maxBytes = isSuccess ? ask.MaxBytes : HttpLimits.ProblemBytes;
            byte[] body = await AnswerBody.ReadAsync(
                response.Content, maxBytes, bytes => limit.Received(bytes, isSuccess), late)
                ?? throw HttpFaults.Answer(_service.Address, $"more than {maxBytes} bytes");
            return new HttpAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, body);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("no answer", e);
        }
        finally
        {
            if (bulk is not null) _options.Watch?.EndBody();
        }
    }

    private void Observe(BulkContent body, ExchangeLimit limit)
    {
        var watch = _options.Watch;
        watch?.BeginBody();
        long before = 0;
        body.Sent = sent =>
        {
            limit.Sent(sent);
            watch?.Sent(sent - before);
            before = sent;
        };
    }

    private HttpRequestMessage RequestOf(Ask ask, string? token)
    {
        var content = ask.Content?.Invoke();
        // All share one connection but those that would fill its windows.
        var request = new HttpRequestMessage(ask.Method, ask.Path)
        {
            Content = content,
            Version = content is BulkContent ? HttpVersion.Version11 : HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.ExpectContinue = content is BulkContent && _asksFirst;
        if (token is null) return request;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (_options.Pin is { } pin) request.Headers.TryAddWithoutValidation(PinHeader, pin);
        return request;
    }

    private Fault FaultOf(HttpAnswer answer)
    {
        if (answer.MediaType != Problem.ContentType)
            throw HttpFaults.Answer(_service.Address, $"status {(int)answer.Status} without a reason of Coffer's");
        var problem = Read(answer.Body, WireJson.Default.Problem, "a problem");
        bool isBearable = problem.Code.Length is > 0 and <= HttpLimits.CodeLength
            && problem.Code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-')
            && problem.Title.Length <= HttpLimits.ProblemText && problem.Detail.Length <= HttpLimits.ProblemText;
        return isBearable
            ? problem.ToFault()
            : throw HttpFaults.Answer(_service.Address, $"status {(int)answer.Status} with a reason that is none");
    }

    private static bool IsPassing(Outcome<HttpAnswer> outcome) => outcome switch
    {
        { Exception: HttpRequestException e } when ConnectFaults.IsFinal(e) => false,
        { Exception: HttpRequestException or IOException or TimeoutException } => true,
        { Result.Status: var status } => IsPassing(status),
        _ => false,
    };

    private static bool IsPassing(HttpStatusCode status) => status
        is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or HttpStatusCode.ServiceUnavailable
        or HttpStatusCode.TooManyRequests;

    /// <summary>What the line failed of, as a fault.</summary>
    private FaultException Wrapped(Exception e) => e switch
    {
        HttpRequestException request =>
            new ConnectFaults(_service.Address, _options.Proxy).Of(request, _pinned.Refused),
        TimeoutException => HttpFaults.Silent(_service.Address, HttpLimits.AnswerTimeout),
        _ => HttpFaults.Unreachable(_service.Address, e),
    };

    // How long a try may take depends on what was asked, and is no news to whoever waits.
    private string ReasonOf(Outcome<HttpAnswer> outcome) => outcome.Exception is { } e
        ? e is TimeoutException ? $"The vault at {_service.Address} does not answer." : Wrapped(e).Message
        : $"The vault at {_service.Address} cannot take it now (status {(int)outcome.Result!.Status}).";

    private void NoteProgress()
    {
        Volatile.Write(ref _lastProgress, _options.Time.GetTimestamp());
        _options.Watch?.Moved();
    }

    private bool HasPatience(ResilienceContext context)
    {
        var (since, patience) = context.Properties.GetValue(s_aside, null)
            ?? new Aside(Volatile.Read(ref _lastProgress), _options.Patience);
        return _options.Time.GetElapsedTime(since) < patience;
    }

    /// <summary>What is sent beside the work.</summary>
    /// <param name="Begun">When, as a timestamp.</param>
    private sealed record Aside(long Begun, TimeSpan Patience);
}
