using System.Text.Json;
using Coffer.Agent.Homes;

namespace Coffer.Cli.Commands.Registration;

/// <summary>A registration as the result of <c>--json</c>.</summary>
internal static class RegistrationJson
{
    public static void Write(Utf8JsonWriter json, MachineRegistration machine)
    {
        json.WriteString("machine"u8, machine.Id.ToString());
        json.WriteString("name"u8, machine.Name);
        json.WriteString("vault"u8, machine.Place.ToString());
        json.WriteString("vaultId"u8, machine.Vault.ToString());
    }
}
