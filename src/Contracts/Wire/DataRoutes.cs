using Coffer.Domain;

namespace Coffer.Contracts.Wire;

/// <summary>The paths of the data API, below the service's address; its version is in them.</summary>
public static class DataRoutes
{
    public const string Root = "api/data/v1/vaults";

    public static string Vault(VaultId vault) => $"{Root}/{vault}";

    public static string Session(SessionId session) => $"sessions/{session}";

    public static string Pack(SessionId session, ObjectId pack) => $"sessions/{session}/packs/{pack}";

    public static string Reader(Id128 reader) => $"readers/{reader}";

    public static string Envelopes(KeyspaceId keyspace) => $"keyspaces/{keyspace}/envelopes";

    public static string Envelope(KeyspaceId keyspace, byte kind, uint number) =>
        $"keyspaces/{keyspace}/envelopes/{kind}/{number}";
}
