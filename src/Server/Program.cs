using Coffer.Server.Commands.Shell;

return await new ServiceRoot(TimeProvider.System).RunAsync(args);
