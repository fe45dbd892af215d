using Coffer.Domain;
using Microsoft.AspNetCore.Http;

namespace Coffer.Server.Data;

/// <summary>Ids in addresses.</summary>
internal static class Ids
{
    public static MachineId Machine(string text) => new(Parse(text));

    public static KeyspaceId Keyspace(string text) => new(Parse(text));

    public static SessionId Session(string text) => new(Parse(text));

    public static SourceId Source(string text) => new(Parse(text));

    public static Id128 Parse(string text) => Id128.TryParse(text, out var id) ? id : throw NoId(text);

    public static ObjectId Object(string text) => ObjectId.TryParse(text, out var id) ? id : throw NoId(text);

    private static BadHttpRequestException NoId(string text) =>
        new($"the address holds no id where one belongs: {(text.Length > 80 ? $"{text.Length} characters" : text)}");
}
