using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;

namespace Coffer.Service.Contract;

/// <summary>Enumerations in messages: found in the messages themselves, so that no new one is forgotten.</summary>
public sealed class NameTests
{
    public static TheoryData<string, Type> Enumerations
    {
        get
        {
            var data = new TheoryData<string, Type>();
            foreach (var context in (JsonSerializerContext[])[WireJson.Default, ManagementJson.Default])
                foreach (var type in EnumerationsOf(context)) data.Add(context.GetType().Name, type);
            return data;
        }
    }

    [Fact]
    public void Messages_HaveThoseThatDecideMuch()
    {
        var found = EnumerationsOf(ManagementJson.Default).ConvertAll(type => type.Name);
        foreach (string name in (string[])
            ["Role", "Permission", "CriticalOperation", "StopWay", "SoftDeleteMode", "Immutability"])
            found.ShouldContain(name);
    }

    [Theory]
    [MemberData(nameof(Enumerations))]
    public void Value_ThatIsNoName_IsRefused(string context, Type type)
    {
        JsonSerializerContext messages = context == nameof(WireJson) ? WireJson.Default : ManagementJson.Default;
        var values = messages.GetTypeInfo(type)!;
        string[] names = Enum.GetNames(type);
        foreach (string name in names)
        {
            object value = Read(values, $"\"{name}\"")!;
            value.ShouldBe(Enum.Parse(type, name));
            JsonSerializer.Serialize(value, values).ShouldBe($"\"{name}\"");
        }
        foreach (string wrong in (string[])
        [
            "1", "\"1\"", "99", "\"99\"", "\"\"", "\"nothing\"", $"\" {names[0]}\"", $"\"{names[0]},{names[^1]}\"",
            $"\"{names[0]}, {names[^1]}\"", $"\"{names[0].ToUpperInvariant()}\"", "null", "true", "[]",
        ])
            Should.Throw<JsonException>(() => Read(values, wrong), wrong);
        Should.Throw<JsonException>(() => JsonSerializer.Serialize(Enum.ToObject(type, 99), values));
    }

    private static object? Read(JsonTypeInfo type, string json) => JsonSerializer.Deserialize(json, type);

    private static List<Type> EnumerationsOf(JsonSerializerContext context)
    {
        var seen = new HashSet<Type>();
        var open = new Stack<Type>(context.GetType().GetCustomAttributesData()
            .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
            .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!));
        while (open.TryPop(out var type))
        {
            if (!seen.Add(type)) continue;
            if (type.IsArray) open.Push(type.GetElementType()!);
            foreach (var argument in type.GetGenericArguments()) open.Push(argument);
            foreach (var property in context.GetTypeInfo(type)?.Properties ?? []) open.Push(property.PropertyType);
        }
        return [.. seen.Where(type => type.IsEnum).OrderBy(type => type.Name, StringComparer.Ordinal)];
    }
}
