using Coffer.Domain;

namespace Coffer.Vault.Sharing;

/// <summary>
/// Whose copies count for whom. The vault cannot tell whether a sealed body is what its id says; where several machines
/// have the key, one of them could send garbage under an id that another is about to ask for. So a copy counts by who
/// sent it, and when.
/// </summary>
/// <remarks>
/// A page's mark <em>closed</em> is of one copy, and says: below it everything is there for those for whom this copy's
/// sender counts. Whoever walks marks only copies of its own circle: of all members that trust each other, or of itself
/// alone. A machine outside of the circle sees what the circle has, and its own: so a mark of the circle holds for it.
/// </remarks>
internal abstract class Audience
{
    /// <summary>For whom copies that it reported damaged do not count.</summary>
    public abstract MachineId Machine { get; }

    /// <summary>Every copy counts, so nobody need look who sent one.</summary>
    public abstract bool IsEverybody { get; }

    /// <summary>Every copy that counts may be marked, without looking at each.</summary>
    public abstract bool MarksAll { get; }

    /// <summary>
    /// Marks may be by others' walks, for whom other copies are damaged: who has reported one does not go by them.
    /// </summary>
    public abstract bool SharesMarks { get; }

    /// <param name="writer">Null: nobody knows.</param>
    public abstract bool Counts(MachineId? writer, DateTimeOffset received);

    /// <summary>Whether a copy may be marked closed by what this one has found below it.</summary>
    public abstract bool Marks(MachineId? writer, DateTimeOffset received);

    /// <summary>A keyspace of one machine, of which nothing is distrusted.</summary>
    public static Audience Sole(MachineId machine) => new Everybody(machine, marksAll: true);

    /// <summary>
    /// Whoever may restore: readers try all copies. Marks nothing, as what it finds holds for no member.
    /// </summary>
    public static Audience OfReaders(MachineId machine) => new Everybody(machine, marksAll: false);

    private sealed class Everybody(MachineId machine, bool marksAll) : Audience
    {
        public override MachineId Machine => machine;

        public override bool IsEverybody => true;

        public override bool MarksAll => marksAll;

        public override bool SharesMarks => false;

        public override bool Counts(MachineId? writer, DateTimeOffset received) => true;

        public override bool Marks(MachineId? writer, DateTimeOffset received) => marksAll;
    }
}
