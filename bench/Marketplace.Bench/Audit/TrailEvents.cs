using Marketplace.Core;
using Marketplace.Core.Audit;
using Marketplace.Core.People;

namespace Marketplace.Bench.Audit;

/// <summary>
/// What happens at a bank in eight years, in events such as the use cases write, about what load.sql made. Every twentieth is about api-1, whose owner
/// thus has more of them than anybody.
/// </summary>
internal sealed class TrailEvents(Func<string, int, Guid> idOf)
{
    public const int People = 2_000;
    public const int Apis = 2_083;
    private const int Applications = 2_200;

    private static readonly string[] Reasons =
    [
        "The application shows customers their statements.", "The app moves payments between accounts.", "Used no more since the old ledger was replaced.", "Fraud case, see the ticket.",
        "Reporting to the supervisor asks for it every quarter.", "The team was reorganised.",
    ];

    public (Actor Actor, AuditEntry Entry, (string Kind, Guid Id)[] About) Of(int n)
    {
        var person = 2 + (int)((long)n * 7_919 % People);
        var application = 1 + (int)((long)n * 104_729 % Applications);
        var api = n % 20 == 0 ? 1 : (int)((long)n * 15_485_863 % Apis);
        var environment = n % 3 == 0 ? "production" : "sandbox";
        var actor = new Actor(idOf("person", person), $"Person {person}", null, $"10.{person % 250}.{n % 250}.{n % 7}")
        {
            Channel = n % 4 == 0 ? "rest" : "portal",
            Credential = $"session:{idOf("session", n)}",
        };
        var both = About(("application", application), ("api", api));
        var client = application == 1 ? "orders" : $"application-{application}";
        return (n / 20 % 20) switch
        {
            < 5 => (actor, new(
                "access_request.submitted", "access_request", $"{n}", $"request {n}", Reasons[n % 6],
                new { application = client, environment, lines = new[] { new { api = $"api-{api}", version = "v1", operations = new[] { "getPayment", "createPayment", $"operation{n % 60}" } } }, until = "2026-12-31" }), both),
            < 9 => (actor, new(
                "access_request.decided", "access_request", $"{n}", $"request {n}", null,
                new { application = client, environment, decisions = new[] { new { operation = "getPayment", before = "pending", after = n % 5 == 0 ? "denied" : "approved", role = "owner", reason = Reasons[n % 6] } } }), both),
            < 13 => (actor, new(
                n % 3 == 0 ? "grant.revoked" : "grant.renewed", "grant", idOf("grant", n % 100_000).ToString(), $"{client} → getPayment", Reasons[n % 6],
                new { before = new { until = "2025-12-31", state = "active" }, after = new { until = "2026-12-31", state = n % 3 == 0 ? "revoked" : "active" } }), both),
            < 17 => (actor, new("session.started", "person", actor.Id.ToString(), $"person-{person}", null, new { how = "password" }), []),
            17 => (actor, new("credential.added", "application", idOf("application", application).ToString(), client, null, new { label = $"key {n}", hint = "…abcd", environment }), About(("application", application))),
            18 => (actor, new(
                "api.changed", "api", idOf("api", api).ToString(), $"api-{api}", null,
                new { before = new { title = $"API {api}", classification = "internal" }, after = new { title = $"API {api}", classification = "confidential" } }), About(("api", api))),
            _ => (actor, new(
                "team.membership_changed", "team", idOf("team", 1 + (n % 850)).ToString(), $"team-{1 + (n % 850)}", null,
                new { person = $"person-{person}", before = (string?)null, after = "developer" }), [("team", idOf("team", 1 + (n % 850)))]),
        };
    }

    /// <summary>They and the teams that have them, as load.sql spread them; in the order in which the product tells them.</summary>
    private (string Kind, Guid Id)[] About(params (string Kind, int N)[] parts) =>
        [.. parts.Select(part => (part.Kind, idOf(part.Kind, part.N))).Concat(parts.Select(part => ("team", idOf("team", 1 + (part.N % 850))))).Distinct().OrderBy(a => a.Item1, StringComparer.Ordinal).ThenBy(a => a.Item2)];
}
