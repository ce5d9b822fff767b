using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy;

namespace Marketplace.Core.Access.Grants;

/// <summary>
/// The audit trail and the policy of what was done to many grants at once. One event tells of one application at one line
/// in one environment and lists its endpoints, so that both teams see it and a whole API ends in as many events as it has
/// consumers, not grants.
/// </summary>
internal static class GrantRecord
{
    public static Task AuditAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, string action, string reason, IReadOnlyList<HeldGrant> grants, Func<HeldGrant, object> before, object after,
        CancellationToken cancellation) => AuditOfGrants.AppendAsync(
            db, now, actor,
            [.. grants.GroupBy(g => (g.ApplicationId, g.Line, g.Environment)).Select(group => (group.First().Id, EntryOf(action, reason, [.. group], before, after)))],
            cancellation);

    private static AuditEntry EntryOf(string action, string reason, List<HeldGrant> grants, Func<HeldGrant, object> before, object after)
    {
        var first = grants[0];
        var subject = grants.Count == 1 ? first.Operation : $"{grants.Count:N0} endpoints of {first.Api} {first.Version}";
        return new(
            action, "grant", first.Id.ToString(), $"{first.ClientId} → {subject}", reason,
            new
            {
                application = first.ClientId,
                api = first.Api,
                version = first.Version,
                environment = first.Environment,
                grants = grants.Select(g => new { id = g.Id, operation = g.Operation, before = before(g) }),
                after,
            });
    }

    public static IReadOnlyList<PolicyChangeDraft> Changes(string kind, IEnumerable<HeldGrant> grants) =>
        [.. grants.Select(g => (g.Line, g.Environment, g.ApplicationId)).Distinct().Select(g => new PolicyChangeDraft(kind, g.Line, g.Environment, g.ApplicationId))];
}
