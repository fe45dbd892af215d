using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Coffer.Server.Management;

/// <summary>Tags of what was answered, so that nobody changes what they have not seen (RFC 9110, section 13).</summary>
internal static class ETags
{
    private const int HashCharacters = 32;

    /// <summary>Answers with a tag, or that nothing has changed since.</summary>
    public static IResult Tagged<T>(HttpContext http, T message, JsonTypeInfo<T> type)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(message, type);
        string tag = TagOf(body);
        http.Response.Headers.ETag = tag;
        return http.Request.Headers.IfNoneMatch.ToString() == tag
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(body, "application/json; charset=utf-8");
    }

    /// <summary>Whether the caller has seen just this; true where no condition was given.</summary>
    public static bool Matches<T>(HttpContext http, T message, JsonTypeInfo<T> type) =>
        http.Request.Headers[HeaderNames.IfMatch].ToString() is not { Length: > 0 } tag || tag == "*"
        || tag == TagOf(JsonSerializer.SerializeToUtf8Bytes(message, type));

    private static string TagOf(byte[] body) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(body))[..HashCharacters]}\"";
}
