using System.Net;
using System.Net.Sockets;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Time;
using Coffer.FileSystem.Machines;
using Coffer.Server.Console;
using Coffer.Server.Data;
using Coffer.Server.Errors;
using Coffer.Server.Hosting.Certificates;
using Coffer.Server.Management;
using Coffer.Vault;
using Coffer.Vault.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Coffer.Server.Hosting;

/// <summary>
/// The service: one port for agents, HTTPS only, and a socket in the data folder for the console of whoever owns that.
/// </summary>
internal sealed class ServiceHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServedVaults _vaults;

    private ServiceHost(WebApplication app, ServedVaults vaults, ServiceIdentity identity)
    {
        (_app, _vaults, Identity) = (app, vaults, identity);
    }

    public ServiceIdentity Identity { get; }

    public ServiceCertificates Certificates => _app.Services.GetRequiredService<ServiceCertificates>();

    public IReadOnlyList<ServedVault> Vaults => _vaults.All;

    /// <summary>All that it answers at.</summary>
    public EndpointDataSource Endpoints => _app.Services.GetRequiredService<EndpointDataSource>();

    /// <summary>Opens the vault, made where there is none, and begins to answer.</summary>
    /// <exception cref="Domain.FaultException">The vault, the certificate or the port cannot be had.</exception>
    public static async Task<ServiceHost> StartAsync(ServiceOptions options, CancellationToken cancellationToken)
    {
        var folder = new ServiceFolder(options.Data);
        VaultFolders.MakeFirst(folder, options.Time);
        var certificates = ServiceCertificates.Open(folder, options.Certificate, options.Time);
        var stopping = new CancellationTokenSource(); // outlives all that looks at it
        var opening = OpenOptions(options.Time, "coffer-vault serve") with { Stopping = stopping.Token };
        var folders = new VaultFolders(folder, opening, certificates.Pins);
        var vaults = await folders.OpenAllAsync(cancellationToken);
        try
        {
            var app = Build(options, folder, certificates, folders, vaults);
            app.Lifetime.ApplicationStopping.Register(stopping.Cancel);
            await ListenAsync(app, options, cancellationToken);
            var host = new ServiceHost(app, vaults, app.Services.GetRequiredService<ServiceIdentity>());
            host.Identity.Listening(new Uri(app.Urls.First(url => url.StartsWith("https", StringComparison.Ordinal))));
            return host;
        }
        catch
        {
            await vaults.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when the service was told to stop: by a signal, say.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        // Lines are cut by now; what a request or a slice has begun is brought to its end.
        await _app.Services.GetRequiredService<InFlight>().WaitForNoneAsync();
        await _app.DisposeAsync();
        await _vaults.DisposeAsync();
    }

    private static async Task ListenAsync(
        WebApplication app, ServiceOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw FaultException.Failed("listen.failed",
                $"The service cannot listen at {options.Listen}: {e.Message.TrimEnd('.')}.",
                "Another program has the port, or the address is none of this machine's: choose with --listen.", e);
        }
    }

    /// <param name="purpose">What the holder of the vault's lock is doing, as others are told.</param>
    public static VaultOpenOptions OpenOptions(TimeProvider time, string purpose) => new()
    {
        Time = time,
        Purpose = purpose,
        Clock = new MachineClock(MachineFacts.BootId, static () => MachineFacts.BootClock),
        ClockRule = new ClockRule(ClockRule.ServedGap, VaultOpenOptions.FirstRelease),
    };

    private static WebApplication Build(
        ServiceOptions options, ServiceFolder folder, ServiceCertificates certificates, VaultFolders folders,
        ServedVaults vaults)
    {
        // Nothing beside the program or in the folder that it is started from sets anything, or is watched for changes.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(folders);
        builder.Services.AddSingleton(vaults);
        builder.Services.AddSingleton(options.Time);
        builder.Services.AddSingleton<InFlight>();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, TransportMemory>();
        builder.Services.AddRateLimiter(ServiceLimits.Set);
        ApiDocument.Add(builder.Services);
        builder.Services.AddSingleton(certificates);
        builder.Services.AddSingleton(new ServiceIdentity(options.PublicAddress, certificates.Pins));
        builder.Services.AddHostedService<Upkeep>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ServiceLimits.GracefulStop);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            ServiceLimits.Set(kestrel.Limits);
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Listen, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(certificates.Options()),
                });
            });
            folder.ClearSocket();
            kestrel.ListenUnixSocket(folder.ConsoleSocket);
        });
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            using var busy = app.Services.GetRequiredService<InFlight>().Enter();
            await next(context);
        });
        TrustedProxies.Use(app, options.TrustedProxies);
        app.UseMiddleware<ProblemAnswers>();
        app.UseRateLimiter();
        app.MapGet("/health/live", () => Results.Ok());
        app.MapGet("/health/ready", (ServedVaults vaults) => !vaults.Each(vault => vault.IsReady()).Contains(false)
            ? Results.Ok()
            : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
        DataEndpoints.Map(app);
        ManagementEndpoints.Map(app);
        ApiDocument.Map(app);
        ConsoleEndpoints.Map(app);
        return app;
    }
}
