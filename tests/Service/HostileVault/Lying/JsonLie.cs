using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coffer.Service.HostileVault.Lying;

/// <summary>Changes one value in an answer's JSON, and leaves the rest as it is.</summary>
internal static class JsonLie
{
    private static readonly string[] s_numbers =
        ["-1", "0", "1", "2", "65537", "2147483648", "1000000000000", "9223372036854775807", "-9223372036854775808",
         "1e300", "0.5"];

    private static readonly string[] s_texts =
        ["", "..", "../../../../etc/passwd", "/", "a\u0000b", "\u001b[2J", "\ud83d\ude00", "0001-01-01T00:00:00+00:00",
         "9999-12-31T23:59:59.9999999+00:00", "2026-13-45T00:00:00Z", "Live", "Failed",
         "00000000000000000000000000000000"];

    public static byte[] Change(LieScene scene)
    {
        byte[] body = scene.Answer.Body;
        // The answer to a commit: a length, JSON, ids.
        int head = scene.Answer.IsJson || body.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(body);
        if (head <= 0 || head > body.Length - 4) return scene.Answer.IsJson ? ChangeJson(body, scene.Random) : body;
        byte[] json = ChangeJson(body[4..(4 + head)], scene.Random);
        var changed = new byte[4 + json.Length + body.Length - 4 - head];
        BinaryPrimitives.WriteInt32LittleEndian(changed, json.Length);
        json.CopyTo(changed, 4);
        body.AsSpan(4 + head).CopyTo(changed.AsSpan(4 + json.Length));
        return changed;
    }

    private static byte[] ChangeJson(byte[] body, Random random)
    {
        if (JsonNode.Parse(body) is not { } root) return "0"u8.ToArray();
        var all = new List<JsonNode>();
        Gather(root, all);
        var node = all[random.Next(all.Count)];
        if (node == root && node is JsonValue) return JsonSerializer.SerializeToUtf8Bytes(Other(node, random));
        if (node is JsonArray { Count: > 0 } list && random.Next(3) > 0) ChangeList(list, random);
        else if (node is JsonObject { Count: > 0 } members && random.Next(3) > 0) ChangeMembers(members, random);
        else if (node == root) return "{}"u8.ToArray();
        else node.ReplaceWith(Other(node, random));
        return JsonSerializer.SerializeToUtf8Bytes(root);
    }

    private static void Gather(JsonNode node, List<JsonNode> all)
    {
        all.Add(node);
        IEnumerable<JsonNode?> below = node switch
        {
            JsonArray list => list,
            JsonObject members => members.Select(member => member.Value),
            _ => [],
        };
        foreach (var child in below.OfType<JsonNode>()) Gather(child, all);
    }

    private static void ChangeList(JsonArray list, Random random)
    {
        int at = random.Next(list.Count);
        switch (random.Next(6))
        {
            case 0:
                list.RemoveAt(at);
                break;
            case 1:
                list.Add(list[at]?.DeepClone());
                break;
            case 2:
                list.Insert(at, null);
                break;
            case 3:
                list.Clear();
                break;
            case 4:
                JsonNode?[] reversed = [.. list.Select(item => item?.DeepClone()).Reverse()];
                list.Clear();
                foreach (var item in reversed) list.Add(item);
                break;
            default:
                for (int i = 0; i < 2000; i++) list.Add(list[at]?.DeepClone());
                break;
        }
    }

    private static void ChangeMembers(JsonObject members, Random random)
    {
        var (name, value) = members.ElementAt(random.Next(members.Count));
        switch (random.Next(4))
        {
            case 0:
                members.Remove(name);
                break;
            case 1:
                members[name] = null;
                break;
            case 2:
                members["unheard of"] = value?.DeepClone();
                break;
            default:
                members[name] = Other(value, random);
                break;
        }
    }

    private static JsonNode? Other(JsonNode? value, Random random)
    {
        switch (value?.GetValueKind())
        {
            case JsonValueKind.Number:
                return JsonNode.Parse(s_numbers[random.Next(s_numbers.Length)]);
            case JsonValueKind.True or JsonValueKind.False:
                return JsonValue.Create(!value.GetValue<bool>());
            case JsonValueKind.String when random.Next(3) > 0 && value.GetValue<string>() is { Length: > 0 } text:
                return Resembling(text, random);
            case JsonValueKind.String:
                return s_texts[random.Next(s_texts.Length)];
            default:
                return random.Next(2) == 0 ? null : JsonValue.Create(7);
        }
    }

    // Of the same form, so that it gets further: an id, base64, a name.
    private static string Resembling(string text, Random random)
    {
        char[] changed = text.ToCharArray();
        int at = random.Next(changed.Length);
        changed[at] = changed[at] == '1' ? '2' : '1';
        return random.Next(8) == 0 ? new string('x', 100_000) : new string(changed);
    }
}
