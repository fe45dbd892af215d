using System.Globalization;
using Coffer.Cli.Shell;
using Coffer.Later;
using Coffer.Server.Commands.Shell;

// DAYS coffer|coffer-vault ARGUMENTS: the command, as on a day to come.
var time = new LaterTime(TimeSpan.FromDays(int.Parse(args[0], CultureInfo.InvariantCulture)));
return args[1] == "coffer"
    ? await CommandShell.RunAsync(args[2..], time)
    : await new ServiceRoot(time).RunAsync(args[2..]);
