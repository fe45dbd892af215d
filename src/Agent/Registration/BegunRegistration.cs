using System.Security.Cryptography;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration;

/// <summary>What a registration is sent with.</summary>
internal sealed record BegunRegistration(KeyspaceKeys Keys, ECDsa MachineKey, byte[] Envelope) : IDisposable
{
    public void Dispose()
    {
        Keys.Dispose();
        MachineKey.Dispose();
    }
}
