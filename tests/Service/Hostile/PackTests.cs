using System.Net;
using System.Net.Http.Headers;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Unit.Vault;

namespace Coffer.Service.Hostile;

/// <summary>Packs that are not what they are said to be: each is refused in words and leaves nothing behind.</summary>
public sealed class PackTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("another name")]
    [InlineData("cut in a frame")]
    [InlineData("cut in the head")]
    [InlineData("bytes behind the last frame")]
    [InlineData("no frame")]
    [InlineData("one bit")]
    [InlineData("of another keyspace")]
    [InlineData("with another's envelope")]
    [InlineData("a frame twice")]
    public async Task Put_WhatIsNoPack_IsRefusedAndNothingIsThere(string how)
    {
        var machine = await service.RegisterAsync($"sends {how}");
        var other = await service.RegisterAsync($"other {how}");
        using var graph = new SealedGraph(machine.Keys);
        graph.AddPoint(1);
        await using var session = await OpenAsync(machine);
        var (name, body) = Bad(how, machine, other, graph);
        int before = Files();
        using var answer = await PutAsync(machine, session, name, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, how);
        var problem = WireMessage.Decode(
            await answer.Content.ReadAsByteArrayAsync(), WireJson.Default.Problem, "the answer");
        problem.Code.ShouldBe("vault.pack");
        Files().ShouldBe(before);

        // And the session goes on.
        (name, body) = Good(machine, graph);
        using var taken = await PutAsync(machine, session, name, body);
        taken.StatusCode.ShouldBe(HttpStatusCode.OK, await taken.Content.ReadAsStringAsync());
        Files().ShouldBe(before + 1);
        using var again = await PutAsync(machine, session, name, []); // sent again: known by its name
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Put_APageThatRefersToOtherThanBefore_IsRefused()
    {
        var machine = await service.RegisterAsync("contradicts");
        using var graph = new SealedGraph(machine.Keys);
        graph.AddPoint(1);
        await using var session = await OpenAsync(machine);
        await graph.PutAsync(session);
        byte[] page = [.. graph.Frames(PackClass.Metadata)[0]];
        page[FrameHeader.Size] ^= 1; // its first reference
        var (name, body) = Pack(new PackHead(PackClass.Metadata, machine.Keys.Keyspace, []), [page]);
        await session.StoreCheckpointAsync(
            graph.AddPoint(2, kind: NodeKind.Checkpoint).Frame, StolenKeyTests.Facts(1), default); // all packs are in
        using var answer = await PutAsync(machine, session, name, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static (ObjectId Name, byte[] Body) Bad(
        string how, ServedMachine machine, ServedMachine other, SealedGraph graph)
    {
        var (name, body) = Good(machine, graph);
        switch (how)
        {
            case "another name": return (new ObjectId(new byte[ObjectId.Size]), body);
            case "cut in a frame": return (name, body[..^5]);
            case "cut in the head": return (name, body[..20]);
            case "bytes behind the last frame": return (name, [.. body, 1, 2, 3]);
            case "no frame": return (name, body[..PackHead.FixedSize]);
            case "one bit":
                body[^20] ^= 1;
                return (name, body);
            case "of another keyspace":
                using (var foreign = new SealedGraph(other.Keys))
                {
                    foreign.AddPoint(1);
                    return Good(other, foreign);
                }
            case "with another's envelope":
                return Pack(new PackHead(PackClass.Metadata, machine.Keys.Keyspace, [other.Request().Envelope]),
                    graph.Frames(PackClass.Metadata));
            default:
                byte[] frame = graph.Frames(PackClass.Data)[0];
                return (name, [.. body[..PackHead.FixedSize], .. frame, .. frame]);
        }
    }

    private static (ObjectId Name, byte[] Body) Good(ServedMachine machine, SealedGraph graph) =>
        Pack(new PackHead(PackClass.Data, machine.Keys.Keyspace, []), graph.Frames(PackClass.Data));

    private static (ObjectId Name, byte[] Body) Pack(PackHead head, IReadOnlyList<byte[]> frames)
    {
        using var bytes = new MemoryStream();
        var writer = new PackWriter(head, piece => bytes.Write(piece));
        foreach (byte[] frame in frames) writer.Append(frame);
        int end = (int)writer.Length;
        return (writer.Finish().Hash, bytes.ToArray()[..end]);
    }

    private int Files() => Directory.GetFiles(
        Path.Combine(service.Data, "store"), "*", SearchOption.AllDirectories)
        .Count(file => file.Contains($"{Path.DirectorySeparatorChar}packs{Path.DirectorySeparatorChar}"));

    private async Task<HttpResponseMessage> PutAsync(
        ServedMachine machine, IBackupSession session, ObjectId name, byte[] body)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });
        var vault = service.Host.Vaults[0];
        var (now, nonce) = (TimeProvider.System.GetUtcNow(), Id128.Random());
        string token = vault.IssueToken(new TokenRequest(machine.Id, now, nonce, machine.Sign(
            MachineAssertion.Message(vault.Id, service.Host.Identity.Pin, machine.Id, now, nonce)))).Token;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var content = new ByteArrayContent(body);
        string path = $"{DataRoutes.Vault(vault.Id)}/{DataRoutes.Pack(session.Opening.Session, name)}";
        return await http.PutAsync(new Uri(service.Address.Address, path), content);
    }

    private static Task<IBackupSession> OpenAsync(ServedMachine machine) => machine.Vault.OpenSessionAsync(
        new SessionRequest(machine.Id, machine.Source, "volume", "/data", JobId.New()), default);
}
