using Coffer.Server.Commands.Shell;

return await new ServiceRoot().RunAsync(args);
