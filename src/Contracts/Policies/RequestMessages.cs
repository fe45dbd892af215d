using Coffer.Domain;

namespace Coffer.Contracts.Policies;

/// <summary>What people at a served vault would have a machine do; the machine decides whether it does.</summary>
/// <param name="Edit">Null: none is open.</param>
/// <param name="Backup">Null: nobody asks for one.</param>
public sealed record MachineRequests(OfferedEdit? Edit, AskedBackup? Backup = null);

/// <summary>An edit of a machine's policy.</summary>
/// <param name="BasedOn">The version of the policy that whoever made it has seen.</param>
/// <param name="Members">Of the policy's JSON, to take the place of those that it has.</param>
public sealed record OfferedEdit(Id128 Id, long BasedOn, byte[] Members);

/// <summary>What the machine made of an edit.</summary>
/// <param name="Code">Why it does not take it, as of a fault; null: it is in force.</param>
/// <param name="Message">For people.</param>
public sealed record EditAnswer(string? Code = null, string? Message = null);

/// <summary>A backup at once, by the machine's own policy.</summary>
/// <param name="Sources">Empty: all.</param>
/// <param name="RetainUntil">Null: as the policy has it.</param>
public sealed record AskedBackup(Id128 Id, IReadOnlyList<SourceId> Sources, DateTimeOffset? RetainUntil);
