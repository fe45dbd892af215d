using System.Xml.Linq;

namespace Coffer.Architecture.Rooms;

/// <summary>What a room's project file says.</summary>
internal static class ProjectFile
{
    /// <summary>The rooms that the project of <paramref name="room"/> refers to, sorted.</summary>
    public static IReadOnlyList<string> References(string room) =>
        Parse(File.ReadAllText(Checkout.Absolute($"src/{room}/{room}.csproj")));

    public static IReadOnlyList<string> Parse(string xml) =>
        [.. XDocument.Parse(xml).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(((string?)reference.Attribute("Include"))!))
            .Order(StringComparer.Ordinal)];
}
