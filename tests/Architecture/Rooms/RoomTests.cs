using Coffer.Architecture.Assemblies;

namespace Coffer.Architecture.Rooms;

public sealed class RoomTests
{
    public static TheoryData<string> Rooms => [.. Checkout.RoomNames()];

    [Fact]
    public void Table_FoldersUnderSrc_NamesEachOfThemAndNoOther() =>
        Checkout.RoomNames().ShouldBe(RoomTable.MayUse.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void ProjectFile_OfRoom_RefersToWhatTheTableAllows(string room) =>
        ProjectFile.References(room).ShouldBe(RoomTable.MayUse[room]);

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Assembly_OfRoom_RefersToNothingBeyondTheTable(string room)
    {
        var allowed = RoomTable.MayUse[room].Select(RoomTable.AssemblyName);
        using var assembly = AssemblyFacts.OfRoom(room);
        assembly.ReferencedAssemblies()
            .Where(name => name.StartsWith("Coffer.", StringComparison.OrdinalIgnoreCase))
            .Except(allowed)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Vault_FollowingEveryArrow_NeverReachesSealing() =>
        RoomTable.Reachable("Vault", ProjectFile.References).ShouldNotContain("Sealing");

    [Fact]
    public void Server_FollowingEveryArrow_NeverReachesSealing() =>
        RoomTable.Reachable("Server", ProjectFile.References).ShouldNotContain("Sealing");

    [Fact]
    public void Storage_FollowingEveryArrow_ReachesDomainOnly() =>
        RoomTable.Reachable("Storage", ProjectFile.References).ShouldBe(["Domain"]);

    [Fact]
    public void Domain_TypesItUses_HoldNoTasksNoFilesNoClock()
    {
        using var domain = AssemblyFacts.OfRoom("Domain");
        domain.UsedTypes().Where(ImpureTypes.Contains).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("System.Threading.Tasks.ValueTask", true)]
    [InlineData("System.IO.FileStream", true)]
    [InlineData("System.Net.Http.HttpClient", true)]
    [InlineData("System.TimeProvider", true)]
    [InlineData("System.DateTimeOffset", false)]
    [InlineData("System.IO.InvalidDataException", false)]
    public void ImpureTypes_Name_IsJudged(string name, bool impure) => ImpureTypes.Contains(name).ShouldBe(impure);

    [Fact]
    public void ProjectFile_TwoReferences_GivesTheirRooms() =>
        ProjectFile.Parse("""
            <Project><ItemGroup>
              <ProjectReference Include="../Sealing/Sealing.csproj" />
              <ProjectReference Include="../Domain/Domain.csproj" />
            </ItemGroup></Project>
            """).ShouldBe(["Domain", "Sealing"]);

    [Fact]
    public void Reachable_ArrowsInACircle_GivesEachOnce() =>
        RoomTable.Reachable("a", room => room == "a" ? ["b"] : ["a", "c"]).Order().ShouldBe(["a", "b", "c"]);
}
