using System.CommandLine;
using System.Net;
using System.Text;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Server.Hosting;

namespace Coffer.Server.Commands;

/// <summary><c>coffer-vault serve</c>: serves a vault's folder to many machines until it is told to stop.</summary>
internal sealed class ServeCommand : ServiceCommand
{
    private readonly Option<string> _listen = new("--listen")
    {
        Description = "Address and port to answer at",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => $"0.0.0.0:{ServiceOptions.DefaultPort}",
    };

    private readonly Option<string?> _address = new("--address")
    {
        Description = "What machines are told to connect to: https://NAME:PORT/; else this host's name",
        HelpName = "URL",
    };

    private readonly Option<string?> _credentials = new("--credentials")
    {
        Description = "Make the file that machines register with here, unless it is there already",
        HelpName = "FILE",
    };

    private readonly Option<string?> _certificate = new("--certificate")
    {
        Description = "Your own certificate, PEM; else the service makes one",
        HelpName = "FILE",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "The key of --certificate, PEM",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _proxies = new("--trusted-proxy")
    {
        Description = "A reverse proxy, or a network of them, that is believed whom it asks for; may be given again",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => [],
    };

    public ServeCommand()
        : base("serve", "Serve a vault to many machines",
            "coffer-vault serve --data /srv/vault",
            "coffer-vault serve --data /srv/vault --listen 0.0.0.0:443 --address https://vault.example/")
    {
        Options.Add(_listen);
        Options.Add(_address);
        Options.Add(_credentials);
        Options.Add(_certificate);
        Options.Add(_key);
        Options.Add(_proxies);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? credentials = parsed.GetValue(_credentials);
        if (credentials is not null) CredentialsCreateCommand.RequireRightName(credentials);
        await using var host = await ServiceHost.StartAsync(OptionsOf(parsed), cancellationToken);
        var vault = host.Vaults[0];
        System.Console.WriteLine($"Vault {vault.Name} ({vault.Id}) is served at {host.Identity.Address}");
        System.Console.WriteLine($"Key of the certificate: SHA-256 {Convert.ToHexStringLower(host.Identity.Pin)}");
        if (vault.HasNoAdministrator)
            System.Console.WriteLine("Nobody administers it yet. The first who does: coffer-vault admin create NAME"
                + $" --data {DataOf(parsed)}");
        System.Console.WriteLine(credentials is not null && Offer(host, credentials)
            ? $"To register a machine, on that machine: coffer register {Path.GetFileName(credentials)}"
            : $"To register a machine: coffer-vault credentials create --data {DataOf(parsed)}");
        try
        {
            await host.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop by Ctrl-C: what is at work ends, and that is no failure.
        }
        return 0;
    }

    /// <summary>One that is there may have been handed out already: a new one would make it worthless.</summary>
    private static bool Offer(ServiceHost host, string file)
    {
        if (!SystemPaths.Stat(Encoding.UTF8.GetBytes(Path.GetFullPath(file)), out _).IsError) return false;
        var vault = host.Vaults[0];
        var (secret, validUntil) = vault.ManageAtConsole().MakeCredentials();
        CredentialsCreateCommand.Write(file, host.Identity.CredentialsOf(vault, secret, validUntil));
        return true;
    }

    private ServiceOptions OptionsOf(ParseResult parsed)
    {
        string listen = parsed.GetValue(_listen)!;
        if (!IPEndPoint.TryParse(listen, out var endPoint) || !listen.Contains(':', StringComparison.Ordinal))
            throw FaultException.Usage("listen.address", $"'{listen}' is no address and port.",
                "Give an IP address and a port: 0.0.0.0:8443, or [::]:8443.");
        return new ServiceOptions(Path.GetFullPath(DataOf(parsed)), endPoint)
        {
            Time = TimeOf(parsed),
            PublicAddress = PublicAddressOf(parsed.GetValue(_address)),
            TrustedProxies = [.. parsed.GetValue(_proxies)!.Select(TrustedProxies.ParseNetwork)],
            Certificate = (parsed.GetValue(_certificate), parsed.GetValue(_key)) switch
            {
                (null, null) => null,
                ({ } certificate, var key) => (certificate, key ?? certificate),
                _ => throw FaultException.Usage("service.certificate", "--key needs --certificate."),
            },
        };
    }

    private static Uri? PublicAddressOf(string? given)
    {
        if (given is null) return null;
        bool isRight = Uri.TryCreate(given, UriKind.Absolute, out var address)
            && address.Scheme == Uri.UriSchemeHttps && address.Query.Length == 0;
        if (!isRight)
            throw FaultException.Usage("listen.address", $"'{given}' is no address of HTTPS.",
                "Give https://NAME:PORT/ as machines can reach it.");
        return given.EndsWith('/') ? address : new Uri(given + "/");
    }
}
