using System.Net;

namespace Coffer.Contracts.Http;

/// <summary>An answer whose body has come through.</summary>
internal sealed record HttpAnswer(HttpStatusCode Status, string? MediaType, byte[] Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}
