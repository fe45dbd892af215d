namespace Coffer.Domain.Security;

/// <summary>The numbers of the security rules, each with its reason.</summary>
public static class SecurityLimits
{
    /// <summary>Two weeks' holiday must not be long enough to lose what was deleted on its first day.</summary>
    public const int ShortestSoftDeleteDays = 14;

    /// <summary>Half a year; beyond it deleted data is kept data, and a longer retention says so.</summary>
    public const int LongestSoftDeleteDays = 180;

    /// <summary>Ten signs of 32: 50 random bits.</summary>
    public const int PinCharacters = 10;

    /// <summary>Long enough to walk from the portal to the machine.</summary>
    public static readonly TimeSpan PinLife = TimeSpan.FromMinutes(5);

    /// <summary>Wrong tries after which one PIN is void.</summary>
    public const int WrongTriesOfAPin = 5;

    /// <summary>Wrong PINs of one machine, within <see cref="PinWindow"/>, that lock all of its PINs.</summary>
    public const int WrongPinsOfAMachine = 5;

    public static readonly TimeSpan PinWindow = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan PinLock = TimeSpan.FromMinutes(15);

    /// <summary>From the request on: it is approved and used within a day, while both still know why.</summary>
    public static readonly TimeSpan ApprovalLife = TimeSpan.FromHours(24);

    /// <summary>A token whose end nobody lives to see has no end: it is made anew once a year.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromDays(366);

    /// <summary>Multi-user authorization with one approver would lock that one out of their own requests.</summary>
    public const int FewestApprovers = 2;

    /// <summary>Points a day and data source beyond the scheduled ones: made by hand, or tried again.</summary>
    public const int ExtraPointsADay = 8;

    /// <summary>Points of one data source; the documents' own limit.</summary>
    public const int PointsOfASource = 9_999;

    /// <summary>Characters of one field of an audit entry: a hostile name must not fill the disk.</summary>
    public const int AuditFieldCharacters = 4_096;

    /// <summary>Details of one audit entry.</summary>
    public const int AuditDetails = 64;
}
