namespace Coffer.Format.Listing;

/// <summary>Owner and group by number and by name (empty where the machine knew none). Equal by value.</summary>
public sealed class Ownership(uint userId, byte[] userName, uint groupId, byte[] groupName) : IEquatable<Ownership>
{
    public uint UserId { get; } = userId;

    public byte[] UserName { get; } = userName;

    public uint GroupId { get; } = groupId;

    public byte[] GroupName { get; } = groupName;

    public bool Equals(Ownership? other) =>
        ReferenceEquals(this, other)
        || (other is not null && UserId == other.UserId && GroupId == other.GroupId
            && UserName.AsSpan().SequenceEqual(other.UserName) && GroupName.AsSpan().SequenceEqual(other.GroupName));

    public override bool Equals(object? obj) => Equals(obj as Ownership);

    public override int GetHashCode() => HashCode.Combine(UserId, GroupId);
}
