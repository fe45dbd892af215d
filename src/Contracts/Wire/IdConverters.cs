using System.Text.Json;
using System.Text.Json.Serialization;
using Coffer.Domain;
using Coffer.Domain.Security;

namespace Coffer.Contracts.Wire;

/// <summary>An id as its lower-case hexadecimal text; what is not one makes the message unreadable.</summary>
public abstract class IdConverter<T>(Func<string, T> parse, Func<T, string> render) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return parse(reader.GetString() ?? "");
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(render(value));
}

public sealed class KeyspaceIdConverter() : IdConverter<KeyspaceId>(KeyspaceId.Parse, id => id.ToString());

public sealed class VaultIdConverter() : IdConverter<VaultId>(VaultId.Parse, id => id.ToString());

public sealed class MachineIdConverter() : IdConverter<MachineId>(MachineId.Parse, id => id.ToString());

public sealed class SourceIdConverter() : IdConverter<SourceId>(SourceId.Parse, id => id.ToString());

public sealed class SessionIdConverter() : IdConverter<SessionId>(SessionId.Parse, id => id.ToString());

public sealed class JobIdConverter() : IdConverter<JobId>(JobId.Parse, id => id.ToString());

public sealed class Id128Converter() : IdConverter<Id128>(Id128.Parse, id => id.ToString());

public sealed class ObjectIdConverter() : IdConverter<ObjectId>(ObjectId.Parse, id => id.ToString());

public sealed class AccountIdConverter() : IdConverter<AccountId>(AccountId.Parse, id => id.ToString());
