using System.Text;
using Coffer.Agent.Policies;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;

namespace Coffer.Unit.Agent.Policies;

public sealed class PathSelectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("coffer-paths-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Add_LinkToAFolder_ProtectsWhereItLeadsAndSaysSo()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "real"));
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "real");
        var selection = Add("link");
        selection.Items.Select(i => Encoding.UTF8.GetString(i.Path)).ShouldBe([Path.Combine(_folder, "real")]);
        selection.Notes.Single().Code.ShouldBe("path.link");
    }

    [Fact]
    public void Add_FolderAboveAKnownOne_TakesItsPlace()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a/b"));
        var selection = Add([new PolicyItem(Bytes("a/b"))], "a");
        selection.Items.Select(i => Encoding.UTF8.GetString(i.Path)).ShouldBe([Path.Combine(_folder, "a")]);
        selection.Notes.Single().Code.ShouldBe("path.nested");
    }

    [Fact]
    public void Add_KnownPath_IsKeptOnce()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        var selection = Add([new PolicyItem(Bytes("a"))], "a");
        selection.Items.Count.ShouldBe(1);
        selection.Added.ShouldBeEmpty();
        selection.Notes.Single().Code.ShouldBe("path.twice");
    }

    [Theory]
    [InlineData("nothing", "path.missing", FaultKind.Usage)]
    [InlineData("own/inside", "path.own", FaultKind.Refused)]
    [InlineData("own", "path.own", FaultKind.Refused)]
    public void Add_WhatCannotBeProtected_IsRefusedWithItsReason(string name, string code, FaultKind kind)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "own/inside"));
        var fault = Should.Throw<FaultException>(() => Add(name)).Fault;
        fault.Code.ShouldBe(code);
        fault.Kind.ShouldBe(kind);
    }

    private Selection Add(string name) => Add([], name);

    private Selection Add(IReadOnlyList<PolicyItem> items, string name) =>
        new PathSelection(MountTable.Read(), [Bytes("own")]).Add(items, [Bytes(name)]);

    private byte[] Bytes(string name) => Encoding.UTF8.GetBytes(Path.Combine(_folder, name));
}
