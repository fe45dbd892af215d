using System.Text;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Domain.Security.Weakening;

namespace Coffer.Unit.Domain.Security.Weakening;

/// <summary>
/// Random policies over a small tree, against the slow and obvious question: which paths does each of them back up?
/// </summary>
public sealed class PolicyWeakeningPropertyTests
{
    private const int Rounds = 2_000;

    private static readonly string[] s_items = ["/", "/a", "/a/b", "/b", "/b/c", "/tmp", "/tmp/a", "/c/a/b"];

    private static readonly string[] s_patterns =
    [
        "a", "b", "c", "a/", "b/", "/a", "/b/", "/a/b", "/a/*", "a/b", "b/c", "**/b", "a/**", "*", "/tmp/a", "!a",
        "!b", "!/a", "!a/b", "!*", "!/tmp/", "!/tmp", "!**/c",
    ];

    private static readonly string[] s_tree = [.. Tree()];

    private readonly int _seed = Environment.TickCount;

    [Fact]
    public void Compare_APathThatIsNoLongerBackedUp_AlwaysWeakens()
    {
        var random = new Random(_seed);
        int lost = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var from = RandomPolicy(random);
            var to = Edited(random, from);
            var edit = PolicyWeakening.Compare(from, to, []);
            var paths = BackedUp(from).Except(BackedUp(to)).ToList();
            if (paths.Count == 0) continue;
            lost++;
            edit.Weakens.ShouldNotBeEmpty($"seed {_seed}: {paths[0]} in [{Shown(from)}], not in [{Shown(to)}]");
        }

        lost.ShouldBeGreaterThan(Rounds / 20);
    }

    [Fact]
    public void Compare_TheReverse_ExchangesWeakerAndStronger()
    {
        var random = new Random(_seed);
        for (int round = 0; round < Rounds; round++)
        {
            var from = RandomPolicy(random);
            var to = Edited(random, from);
            var there = PolicyWeakening.Compare(from, to, Mounts);
            var back = PolicyWeakening.Compare(to, from, Mounts);
            Told(there.Weakens).ShouldBe(Told(back.Strengthens), $"seed {_seed}");
            Told(there.Strengthens).ShouldBe(Told(back.Weakens), $"seed {_seed}");
            var none = PolicyWeakening.Compare(from, from, Mounts);
            none.Weakens.ShouldBeEmpty($"seed {_seed}");
            none.Strengthens.ShouldBeEmpty($"seed {_seed}");
        }
    }

    /// <summary>What only adds is never called weaker: else every edit would want a PIN.</summary>
    [Fact]
    public void Compare_WhatOnlyAdds_NeverWeakens()
    {
        var random = new Random(_seed);
        for (int round = 0; round < Rounds; round++)
        {
            // A pattern given twice can be dropped without any effect.
            var policy = RandomPolicy(random);
            var from = policy with { Exclusions = [.. policy.Exclusions.DistinctBy(pattern => Text(pattern.Text))] };
            var to = Strengthened(random, from);
            PolicyWeakening.Compare(from, to, Mounts).Weakens
                .ShouldBeEmpty($"seed {_seed}: [{Shown(from)}] to [{Shown(to)}]");
            var reverse = PolicyWeakening.Compare(to, from, Mounts).Weakens;
            (reverse.Count == 0).ShouldBe(Shown(from) == Shown(to), $"seed {_seed}: {Shown(from)} to {Shown(to)}");
        }
    }

    /// <summary>No way around: small steps that a vault takes by itself do not add up to a loss.</summary>
    [Fact]
    public void Compare_TwoEditsThatDoNotWeaken_LoseNothingTogether()
    {
        var random = new Random(_seed);
        int harmless = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var first = RandomPolicy(random);
            var second = Edited(random, first);
            if (PolicyWeakening.Compare(first, second, []).Weakens.Count > 0) continue;
            var third = Edited(random, second);
            if (PolicyWeakening.Compare(second, third, []).Weakens.Count > 0) continue;
            harmless++;
            BackedUp(first).Except(BackedUp(third))
                .ShouldBeEmpty($"seed {_seed}: [{Shown(first)}] [{Shown(second)}] [{Shown(third)}]");
        }

        harmless.ShouldBeGreaterThan(Rounds / 50);
    }

    private static IReadOnlyList<byte[]> Mounts => [Bytes("/"), Bytes("/a"), Bytes("/b/c")];

    private static IEnumerable<string> BackedUp(ProtectionPolicy policy)
    {
        byte[][] items = [.. policy.Items.Select(item => item.Path)];
        var filter = new ExclusionFilter([.. BuiltInExclusions.Patterns([]), .. policy.Exclusions], items, []);
        return [.. s_tree.Where(path => IsBackedUp(items, filter, path))];
    }

    private static bool IsBackedUp(byte[][] items, ExclusionFilter filter, string text)
    {
        byte[] path = Bytes(text.TrimEnd('/'));
        byte[]? item = Array.Find(items, item => PathRules.IsAtOrBelow(path, item));
        if (item is null) return false;
        for (int end = item.Length == 1 ? 1 : item.Length + 1; end <= path.Length; end++)
            if ((end == path.Length || path[end] == '/')
                && filter.Excludes(path.AsSpan(0, end), end < path.Length || text.EndsWith('/')))
                return false;
        return true;
    }

    private static ProtectionPolicy RandomPolicy(Random random) => ProtectionPolicy.Empty("Etc/UTC") with
    {
        Items = Items(random.GetItems(s_items, random.Next(1, 4))),
        Exclusions = Patterns(random.GetItems(s_patterns, random.Next(0, 4))),
    };

    /// <summary>A neighbour, more often than not: small edits are where mistakes hide.</summary>
    private static ProtectionPolicy Edited(Random random, ProtectionPolicy policy)
    {
        var items = policy.Items.Select(item => Text(item.Path)).ToList();
        var patterns = policy.Exclusions.Select(pattern => Text(pattern.Text)).ToList();
        switch (random.Next(6))
        {
            case 0: items.Add(random.GetItems(s_items, 1)[0]); break;
            case 1 when items.Count > 0: items.RemoveAt(random.Next(items.Count)); break;
            case 2: patterns.Insert(random.Next(patterns.Count + 1), random.GetItems(s_patterns, 1)[0]); break;
            case 3 when patterns.Count > 0: patterns.RemoveAt(random.Next(patterns.Count)); break;
            case 4: random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(patterns)); break;
            default: return RandomPolicy(random);
        }

        return policy with { Items = Items(items), Exclusions = Patterns(patterns) };
    }

    private static ProtectionPolicy Strengthened(Random random, ProtectionPolicy policy)
    {
        var patterns = policy.Exclusions.Select(pattern => Text(pattern.Text)).ToList();
        string negated = random.GetItems(s_patterns.Where(text => text[0] == '!').ToArray(), 1)[0];
        var left = patterns.Where(text => text[0] == '!' || random.Next(2) == 0).ToList();
        var aside = policy.Items.Select(item => Text(item.Path)).Append("/other").ToList();
        return random.Next(3) switch
        {
            0 => policy with { Items = Items(aside) },
            1 when !patterns.Contains(negated) => policy with { Exclusions = Patterns([.. patterns, negated]) },
            _ => policy with { Exclusions = Patterns(left) },
        };
    }

    private static IReadOnlyList<PolicyItem> Items(IReadOnlyList<string> paths) =>
        [.. PathRules.Cover([.. paths.Select(Bytes)]).Select(path => new PolicyItem(path))];

    private static IReadOnlyList<ExclusionPattern> Patterns(IReadOnlyList<string> texts) =>
        [.. texts.Select(text => ExclusionPattern.Parse(Bytes(text)))];

    /// <summary>Every file and folder of up to three levels; a slash at the end is a folder.</summary>
    private static IEnumerable<string> Tree()
    {
        string[] names = ["a", "b", "c", "tmp"];
        foreach (string first in names)
            foreach (string second in names.Prepend(""))
                foreach (string third in second.Length == 0 ? [""] : names.Prepend(""))
                {
                    string path = $"/{first}/{second}/{third}".TrimEnd('/').Replace("//", "/");
                    yield return path;
                    yield return path + "/";
                }
    }

    private static string Shown(ProtectionPolicy policy) =>
        string.Join(' ', policy.Items.Select(item => Text(item.Path)))
        + " - " + string.Join(' ', policy.Exclusions.Select(pattern => Text(pattern.Text)));

    private static string Told(IReadOnlyList<PolicyWeakness> weaknesses) =>
        string.Join(' ', weaknesses.Select(weakness => $"{weakness.Kind}:{Text(weakness.Subject)}"));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
