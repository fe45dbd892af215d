namespace Coffer.Architecture.Sizes;

public sealed class FunctionScanTests
{
    private const string Sample = """
        using System;

        namespace A;

        [Obsolete("x")]
        public sealed class B(int seed) : C<D>
        {
            private static readonly int[] Table =
            [
                1,
                2,
            ];

            private readonly Options _options = new()
            {
                Deep = { 1 },
            };

            public int Size { get; set; } = 3;

            [Fact]
            public static T First<T>(string text = "}{") where T : new()
            {
                if (text is { Length: > 3 })
                {
                    return new T();
                }

                int Local() => 2;
                return default;
            }

            public string Second => seed switch
            {
                1 => "a",
                _ => new E { F = 1 }
                    .ToString(),
            };

            public bool Third(int x) =>
                x == 2;

            internal record struct Inner(int X)
            {
                public void Fourth() { }
            }

            public static bool operator ==(B a, B b)
            {
                return true;
            }
        }
        """;

    [Fact]
    public void Of_Sample_GivesEachFunctionItsLines() =>
        FunctionScan.Of(Sample).Select(function => $"{function.Name} {function.Lines}").ShouldBe(
        [
            "Size 1", "First 11", "Second 6", "Third 2", "Fourth 1", "operator == 4",
        ]);

    [Fact]
    public void Of_LongBody_IsLong()
    {
        string body = string.Concat(Enumerable.Repeat("        Call();\n", 80));
        FunctionScan.Of($"class A\n{{\n    void B()\n    {{\n{body}    }}\n}}\n")
            .ShouldBe([new FunctionLength("B", 83)]);
    }
}
