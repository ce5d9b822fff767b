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
    public static async Task AuditAsync(
        MarketplaceDb db, DateTimeOffset now, Actor actor, string action, string reason, IReadOnlyList<HeldGrant> grants, Func<HeldGrant, object> before, object after,
        CancellationToken cancellation)
    {
        foreach (var group in grants.GroupBy(g => (g.ApplicationId, g.Line, g.Environment)))
        {
            var first = group.First();
            var subject = group.Count() == 1 ? first.Operation : $"{group.Count():N0} endpoints of {first.Api} {first.Version}";
            await AuditLog.AppendAsync(
                db, now, actor,
                new AuditEntry(
                    action, "grant", first.Id.ToString(), $"{first.ClientId} → {subject}", reason,
                    new
                    {
                        application = first.ClientId,
                        api = first.Api,
                        version = first.Version,
                        environment = first.Environment,
                        grants = group.Select(g => new { id = g.Id, operation = g.Operation, before = before(g) }),
                        after,
                    }),
                cancellation);
        }
    }

    public static IReadOnlyList<PolicyChangeDraft> Changes(string kind, IEnumerable<HeldGrant> grants) =>
        [.. grants.Select(g => (g.Line, g.Environment, g.ApplicationId)).Distinct().Select(g => new PolicyChangeDraft(kind, g.Line, g.Environment, g.ApplicationId))];
}
