using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration;

/// <summary>Tells an envelope that a keyspace's keys have signed from one that somebody else made.</summary>
public static class EnvelopeCheck
{
    public static bool IsOwn(byte[] bytes, KeyspaceKeys keys)
    {
        try
        {
            var envelope = Envelope.Decode(bytes, "an envelope");
            return envelope.Head.Keyspace == keys.Keyspace && EnvelopeSealer.IsSigned(envelope, keys);
        }
        catch (Exception e) when (e is CorruptionException or FaultException)
        {
            return false;
        }
    }
}
