using Coffer.Domain.Policies;

namespace Coffer.Agent.Policies.Files;

/// <param name="Policy">Null where there are problems.</param>
/// <param name="Problems">In the order of the file.</param>
public sealed record PolicyFile(ProtectionPolicy? Policy, IReadOnlyList<PolicyFileProblem> Problems);

/// <param name="Line">From 1.</param>
/// <param name="Right">What would be right.</param>
public sealed record PolicyFileProblem(int Line, string Message, string Right);
