using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Simulation.Scenarios;
using Coffer.Vault;

namespace Coffer.Simulation.Interleavings;

/// <summary>Somebody who reads, as a process of its own would: beside the writer, for as long as they like.</summary>
internal sealed class OpenRestore(Agent agent, EmbeddedVault vault, IFrameReader reader, PlannedPoint shape)
    : IAsyncDisposable
{
    /// <summary>What stood when the reading began has to open until it ends.</summary>
    public Task ReadAsync() => ReadAsync(agent, reader, shape);

    /// <summary>A sign of life.</summary>
    public async Task BeatAsync()
    {
        try
        {
            await reader.LookAsync(shape.Graph[0], 0, default);
        }
        catch (CorruptionException)
        {
            // Of that copy; the sign was given.
        }
    }

    /// <summary>Every node of a point in some copy; a copy that does not open is told of, as a restore does.</summary>
    public static async Task ReadAsync(Agent agent, IFrameReader reader, PlannedPoint shape)
    {
        using var opener = new FrameOpener(agent.Keys);
        using FrameBuffer frame = new(), plain = new();
        foreach (var id in shape.Graph)
        {
            bool opens = false;
            for (int copy = 0; !opens; copy++)
            {
                if (!await reader.ReadAsync(id, copy, frame, default)) break;
                opens = Opens(opener, id, frame, plain);
                if (!opens) await reader.ReportDamageAsync(id, copy, "it does not open", default);
            }
            opens.ShouldBeTrue($"{id} of {shape.Name} is gone");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await vault.DisposeAsync();
    }

    private static bool Opens(FrameOpener opener, ObjectId id, FrameBuffer frame, FrameBuffer plain)
    {
        try
        {
            opener.Open(frame.Span, id, FrameHeader.Parse(frame.Span, "frame").Kind, plain);
            return true;
        }
        catch (CorruptionException)
        {
            return false;
        }
    }
}
