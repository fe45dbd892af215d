using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration.Envelopes;

/// <summary>What a passphrase gave: the keyspace's keys, and the secrets that answer the vault.</summary>
internal sealed record OpenedEnvelope(KeyspaceKeys Keys, EnvelopeSecrets Secrets) : IDisposable
{
    public void Dispose()
    {
        Keys.Dispose();
        Secrets.Dispose();
    }
}
