using System.Diagnostics;
using System.Globalization;
using Coffer.Domain;
using Coffer.Fuzz.Targets;

namespace Coffer.Fuzz;

/// <summary>
/// Every reader of bytes from outside, on bytes that are almost right: it reads them or throws what a person can act on
/// (<see cref="CorruptionException"/>, <see cref="FaultException"/>), and asks for no more memory than they are worth.
/// </summary>
/// <remarks>
/// <c>COFFER_FUZZ_SECONDS</c> sets the time of each target (default 10), <c>COFFER_SEED</c> the seed. A find is
/// printed in base64 and becomes a named test of the reader.
/// </remarks>
public sealed class FuzzTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. AllTargets.List.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_BytesThatAreAlmostRight_AreReadOrRefused(string name)
    {
        var target = AllTargets.List.Single(t => t.Name == name);
        int seed = Setting("COFFER_SEED") ?? Random.Shared.Next();
        output.WriteLine($"COFFER_SEED={seed}");
        var random = new Random(seed);
        var mutator = new Mutator(random);
        foreach (byte[] good in target.Seeds) target.Read(good);
        var time = Stopwatch.StartNew();
        var limit = TimeSpan.FromSeconds(Setting("COFFER_FUZZ_SECONDS") ?? 10);
        long inputs = 0, refused = 0;
        for (; time.Elapsed < limit; inputs++)
        {
            byte[] bytes = mutator.Mutate(target.Seeds);
            if (random.Next(4) != 0) target.Mend(bytes);
            if (!IsRead(target, bytes, seed)) refused++;
        }

        output.WriteLine($"{inputs} inputs, {refused} refused");
        refused.ShouldBeGreaterThan(0);
        refused.ShouldBeLessThan(inputs, "no mutation was ever read: nothing behind the first check is reached");
    }

    private static bool IsRead(Target target, byte[] bytes, int seed)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Read(bytes);
            return true;
        }
        catch (Exception e) when (e is CorruptionException or FaultException)
        {
            return false;
        }
        catch (Exception e)
        {
            Assert.Fail($"seed {seed}: {e}\n{Convert.ToBase64String(bytes)}");
            return false;
        }
        finally
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > target.MayAllocate(bytes.Length))
                Assert.Fail($"seed {seed}: {allocated} bytes allocated for\n{Convert.ToBase64String(bytes)}");
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value)
            ? value
            : null;
}
