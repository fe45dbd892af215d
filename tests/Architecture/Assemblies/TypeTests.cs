namespace Coffer.Architecture.Assemblies;

public sealed class TypeTests
{
    public static TheoryData<string> Rooms => [.. Checkout.RoomNames()];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Classes_OfRoom_AreSealedStaticOrAbstract(string room)
    {
        using var assembly = AssemblyFacts.OfRoom(room);
        assembly.WrittenTypes().Where(type => type.IsOpenClass).Select(type => type.Name).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void TypeNames_OfRoom_SayWhatTheyAre(string room)
    {
        using var assembly = AssemblyFacts.OfRoom(room);
        assembly.WrittenTypes().Select(type => AvoidedWords.Judge(type.Name)).OfType<string>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PackManager", true)]
    [InlineData("FileInfoReader", true)]
    [InlineData("StringUtils", true)]
    [InlineData("Item", true)]
    [InlineData("Information", false)]
    [InlineData("Infosphere", false)]
    [InlineData("PolicyItem", false)]
    public void AvoidedWords_TypeName_IsJudged(string name, bool avoided) =>
        (AvoidedWords.Judge(name) is not null).ShouldBe(avoided);

    [Fact]
    public void WrittenTypes_OfThisAssembly_TellOpenClassesFromOthers()
    {
        using var assembly = new AssemblyFacts(typeof(TypeTests).Assembly.Location);
        var open = assembly.WrittenTypes().Where(type => type.IsOpenClass).Select(type => type.Name).ToList();
        open.ShouldContain(nameof(OpenSample));
        open.ShouldNotContain(nameof(StructSample));
        open.ShouldNotContain(nameof(AssemblyFacts));
        assembly.WrittenTypes().Select(type => type.Name).ShouldContain(nameof(AssemblyFacts));
        assembly.UsedTypes().ShouldContain("System.IO.File");
        assembly.ReferencedAssemblies().ShouldContain("Shouldly");
    }

#pragma warning disable MA0053, CA1052, CA1812 // an open class is what the test above looks for
    private class OpenSample
    {
        public static int Value => 1;
    }
#pragma warning restore MA0053, CA1052, CA1812

    private struct StructSample
    {
        public int Value { get; set; }
    }
}
