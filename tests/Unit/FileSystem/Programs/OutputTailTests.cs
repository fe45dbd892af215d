using Coffer.FileSystem.Machines.Programs;

namespace Coffer.Unit.FileSystem.Programs;

public sealed class OutputTailTests
{
    [Fact]
    public void ToArray_AfterPiecesOfAnySize_IsTheEndOfAll()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            int kept = random.Next(1, 50);
            var tail = new OutputTail(kept);
            var all = new List<byte>();
            for (int i = random.Next(12); i > 0; i--)
            {
                var piece = new byte[random.Next(120)];
                random.NextBytes(piece);
                tail.Add(piece);
                all.AddRange(piece);
            }

            tail.ToArray().ShouldBe(all.TakeLast(kept), $"seed {seed}");
            tail.TotalBytes.ShouldBe(all.Count);
        }
    }
}
