using System.Net;
using System.Text.RegularExpressions;

namespace Coffer.Service.HostileVault.Lying;

/// <summary>What a vault has answered.</summary>
/// <param name="Number">In the order in which answers came, from 0.</param>
/// <param name="Route">Method and path, ids as a star.</param>
internal sealed partial record Answer(int Number, string Route, HttpStatusCode Status, string? MediaType, byte[] Body)
{
    public bool IsJson => MediaType is "application/json" or "application/problem+json";

    public static string RouteOf(HttpRequestMessage request)
    {
        string path = request.RequestUri!.AbsolutePath.Split("/vaults/")[^1];
        return $"{request.Method} {Ids().Replace(path, "*")}";
    }

    [GeneratedRegex("[0-9a-f]{32,64}", RegexOptions.None, 1000)]
    private static partial Regex Ids();
}
