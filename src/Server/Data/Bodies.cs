using System.Text.Json.Serialization.Metadata;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Coffer.Server.Data;

/// <summary>Reads request bodies up to a limit of their own, and writes answers.</summary>
internal static class Bodies
{
    /// <exception cref="FaultException"><c>request.too-large</c>.</exception>
    public static async Task<byte[]> ReadAsync(this HttpContext context, int maxBytes)
    {
        context.Allow(maxBytes);
        int expected = (int)Math.Min(context.Request.ContentLength ?? 0, maxBytes);
        using var body = new MemoryStream(expected);
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    public static async Task<T> ReadAsync<T>(this HttpContext context, JsonTypeInfo<T> type, int maxBytes) =>
        WireMessage.Decode(await context.ReadAsync(maxBytes), type, "the request");

    /// <summary>Lets the server take a body of this length and no longer.</summary>
    public static void Allow(this HttpContext context, long maxBytes)
    {
        if (context.Request.ContentLength > maxBytes)
            throw FaultException.Usage("request.too-large",
                $"The request has {context.Request.ContentLength} bytes; at most {maxBytes} are taken here.");
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false }) limit.MaxRequestBodySize = maxBytes;
    }

    public static IResult Bytes(ReadOnlyMemory<byte> bytes) => TypedResults.Bytes(bytes);

    public static IResult Json<T>(T message, JsonTypeInfo<T> type) => TypedResults.Json(message, type);
}
