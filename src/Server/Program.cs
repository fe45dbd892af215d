using System.CommandLine;
using Coffer.Server.Commands;

var root = new RootCommand("Serves a Coffer vault to many machines.")
{
    new ServeCommand(),
    new Command("credentials", "What machines register with") { new CredentialsCreateCommand() },
};
return await root.Parse(args).InvokeAsync();
