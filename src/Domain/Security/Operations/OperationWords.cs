namespace Coffer.Domain.Security.Operations;

/// <summary>Operations as people read them in messages, mails and the audit log.</summary>
public static class OperationWords
{
    /// <summary>What is done, as it stands after "to": <c>delete backup data</c>.</summary>
    public static string Of(CriticalOperation operation) => operation switch
    {
        CriticalOperation.DeleteData => "delete backup data",
        CriticalOperation.RetainByPolicy => "stop protection and retain by policy",
        CriticalOperation.ChangePassphrase => "change the passphrase",
        CriticalOperation.RemoveFromPolicy => "remove a policy item or volume",
        CriticalOperation.AddExclusion => "exclude protected data",
        CriticalOperation.ShortenRetention => "shorten retention",
        CriticalOperation.LowerFrequency => "back up less often",
        CriticalOperation.LoosenSnapshots => "back up without the snapshot that was asked for",
        CriticalOperation.Unregister => "unregister the machine",
        CriticalOperation.RemoveHold => "remove a hold",
        CriticalOperation.FetchOldEnvelope => "fetch an envelope of an earlier passphrase",
        CriticalOperation.CreatePin => "make a security PIN",
        CriticalOperation.SecurityFeaturesOff => "switch the security features off",
        CriticalOperation.SoftDeleteOff => "switch soft delete off",
        CriticalOperation.SoftDeleteShorter => "shorten the soft-delete period",
        CriticalOperation.ImmutabilityDown => "switch immutability off",
        CriticalOperation.MultiUserOff => "switch multi-user authorization off",
        CriticalOperation.MultiUserGuardsLess => "guard less by multi-user authorization",
        CriticalOperation.LowerMinimumRetention => "lower the minimum retention",
        CriticalOperation.AddApprover => "make somebody a Security Administrator",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no words for this operation"),
    };
}
