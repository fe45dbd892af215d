using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Settings;

/// <summary><c>coffer settings set proxy URL</c>: through which proxy a served vault is reached.</summary>
internal sealed class SetProxyCommand : CofferCommand
{
    private readonly Argument<string> _address = new("URL")
    {
        Description = $"http://HOST:PORT of the proxy, or {ProxyInput.None}",
    };

    private readonly Option<string?> _user = new("--user")
    {
        Description = "The user that the proxy wants",
        HelpName = "USER",
    };

    private readonly Option<string?> _passwordFile = new("--password-file")
    {
        Description = "Read that user's password from this file; - is standard input",
        HelpName = "FILE",
    };

    public SetProxyCommand()
        : base("proxy", "Reach a served vault through an HTTP proxy",
            "coffer settings set proxy http://proxy.example:3128",
            "coffer settings set proxy http://proxy.example:3128 --user coffer --password-file proxy.txt",
            "coffer settings set proxy none")
    {
        Add(_address);
        Add(_user);
        Add(_passwordFile);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var proxy = ProxyInput.Of(
            invocation.Value(_address)!, invocation.Value(_user), invocation.Value(_passwordFile));
        using var held = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        invocation.Home.WriteProxy(proxy);
        return SettingsShow.Tell(invocation, invocation.Home.ReadSettings());
    }
}
