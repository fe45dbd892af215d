using Coffer.Contracts.Registration;
using Coffer.Domain;

namespace Coffer.Cli.Compose;

/// <summary>Finds a machine of a keyspace: by its id, or by its name where only one has it.</summary>
internal static class Members
{
    /// <exception cref="FaultException"><c>server.unknown</c>, <c>server.ambiguous</c>.</exception>
    public static ServerDescription Named(
        IReadOnlyList<ServerDescription> servers, KeyspaceId keyspace, string named)
    {
        // What the vault lists beside them, the keys at hand do not open.
        var members = servers.Where(server => server.Keyspace == keyspace).ToList();
        if (members.Find(server => server.Id.ToString() == named) is { } byId) return byId;
        var byName = members.FindAll(server => string.Equals(server.Name, named, StringComparison.Ordinal));
        return byName switch
        {
            [var only] => only,
            [] => throw FaultException.Usage("server.unknown",
                $"No server '{named}' is in this keyspace.",
                "To read another server's points give --credentials FILE too; its passphrase is asked for then."),
            _ => throw FaultException.Usage("server.ambiguous",
                $"'{named}' is the name of {byName.Count}: {string.Join(", ", byName.Select(server => server.Id))}.",
                "Give the id."),
        };
    }
}
