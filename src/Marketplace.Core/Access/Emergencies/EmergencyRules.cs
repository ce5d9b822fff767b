using Marketplace.Core.Access.Approval.Language;

namespace Marketplace.Core.Access.Emergencies;

/// <summary>What holds for every emergency; the approval policy says for which data and environments there may be one.</summary>
/// <param name="MostHours">None lasts longer, whatever the policy says.</param>
public sealed record EmergencyRules(int MostHours)
{
    public const int MostEndpoints = 50;

    /// <summary>So many may be open at once.</summary>
    public const int MostOfApplication = 3;
    public const int MostOfPerson = 3;

    /// <summary>Within a day, of a person and of an application: each is told to many, who could not hear the next one for the noise.</summary>
    public const int MostInADay = 12;

    /// <summary>Those who can review it are told so long after it is over, and then it is overdue.</summary>
    public static readonly TimeSpan RemindAfter = TimeSpan.FromDays(1);
    public static readonly TimeSpan OverdueAfter = TimeSpan.FromDays(3);
    public static readonly TimeSpan OverdueAgain = TimeSpan.FromDays(7);

    /// <summary>What an owner of the API ended, as an emergency or not, is not taken so long.</summary>
    public static readonly TimeSpan EndStands = TimeSpan.FromDays(1);

    public static EmergencyRules Usual { get; } = new(4);

    internal int HoursOf(BreakGlass sentence) => Math.Min(MostHours, sentence.Hours);
}
