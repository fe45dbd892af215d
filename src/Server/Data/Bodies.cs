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
        using var body = new MemoryStream(); // grows with what comes: a length alone costs nothing
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    public static async Task<T> ReadAsync<T>(this HttpContext context, JsonTypeInfo<T> type, int maxBytes) =>
        Decoded(await context.ReadAsync(maxBytes), type);

    /// <summary>What cannot be read of a request is the sender's fault, not the vault's.</summary>
    public static T Parsed<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (CorruptionException e)
        {
            throw new BadHttpRequestException(e.Message, e);
        }
    }

    private static T Decoded<T>(byte[] body, JsonTypeInfo<T> type) =>
        Parsed(() => WireMessage.Decode(body, type, "the request"));

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
