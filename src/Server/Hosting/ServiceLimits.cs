using System.Threading.RateLimiting;
using Coffer.Format;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Coffer.Server.Hosting;

/// <summary>What one client may cost before it has shown who it is, each with its reason.</summary>
internal static class ServiceLimits
{
    /// <summary>A commit that was begun is ended; a pack that is on its way is sent again to the next start.</summary>
    public static readonly TimeSpan GracefulStop = TimeSpan.FromSeconds(20);

    public static void Set(KestrelServerLimits limits)
    {
        // A thousand machines, and some more that come back at once after a cut.
        limits.MaxConcurrentConnections = 4096;
        limits.MaxRequestHeadersTotalSize = 16 << 10;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 4 << 10;
        limits.MaxRequestBodySize = 4 << 20; // each request that needs more says so
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(5);
        // Below it nobody gets anywhere; four packs at once over 64 kbit/s still go through.
        limits.MinRequestBodyDataRate = new MinDataRate(1 << 10, TimeSpan.FromSeconds(60));
        limits.MinResponseDataRate = new MinDataRate(1 << 10, TimeSpan.FromSeconds(60));
        limits.Http2.MaxStreamsPerConnection = 32;
        // What may lie in memory of one connection that is not read as fast as it comes. Packs come by HTTP/1.1: of
        // them, the rest waits in the system's buffers or with the sender.
        limits.MaxRequestBufferSize = 256 << 10;
        limits.Http2.InitialConnectionWindowSize = 1 << 20;
        limits.Http2.InitialStreamWindowSize = 512 << 10;
        limits.MaxResponseBufferSize = Limits.MaxFrameBytes / 16;
    }

    /// <summary>
    /// Requests at once of one address, and of one token: each may hold some memory. Those beyond wait, and beyond
    /// those it is told to come again. By the address always: anybody can write any token.
    /// </summary>
    public static void Set(RateLimiterOptions limiter)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => AtOnce(
                context.Connection.RemoteIpAddress?.ToString() ?? "", OfAnAddress)),
            PartitionedRateLimiter.Create<HttpContext, string>(context => AtOnce(
                context.Request.Headers.Authorization.ToString(), OfAToken)));
    }

    /// <summary>Two hundred machines behind one address, each with its packs under way.</summary>
    private const int OfAnAddress = 1024;

    private const int OfAToken = 32;

    // Who brings no token is held by the address alone.
    private static RateLimitPartition<string> AtOnce(string key, int permits) => key.Length == 0
        ? RateLimitPartition.GetNoLimiter(key)
        : RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions
        {
            PermitLimit = permits,
            QueueLimit = 8 * permits,
        });
}
