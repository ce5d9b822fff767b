using Marketplace.Core.Access.Approval.Language;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Policies;

/// <summary>What two policies let be taken in an incident, where they differ: no month of requests shows that.</summary>
/// <param name="From">Hours by the policy in effect; null where nobody may take it.</param>
/// <param name="To">Hours by the one that is tried.</param>
public sealed record EmergencyChange(string Classification, string Environment, int? From, int? To)
{
    /// <summary><c>looser</c>: more hours, or where there were none.</summary>
    public string Change => (To ?? 0) > (From ?? 0) ? "looser" : "stricter";

    internal static IReadOnlyList<EmergencyChange> Between(PolicyText now, PolicyText then, IReadOnlyCollection<string> environments) =>
    [
        .. from classification in Enum.GetValues<Classification>().Select(StoredEnum.ToWord)
           from environment in environments
           let change = new EmergencyChange(classification, environment, now.Emergency(classification, environment)?.Hours, then.Emergency(classification, environment)?.Hours)
           where change.From != change.To
           select change,
    ];
}
