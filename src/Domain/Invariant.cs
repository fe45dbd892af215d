using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Coffer.Domain;

/// <summary>Checks of our own reasoning that stay in release builds: a broken one must not reach a disk.</summary>
public static class Invariant
{
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (!condition) throw new UnreachableException($"invariant broken: {what}");
    }
}
