using Marketplace.Core.Access.Grants;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.Ownership;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>Grants that end or are set aside, applications that stop, go to another team or are deleted: pages and REST API.</summary>
internal static class EndingRows
{
    //                             anon str oDev dev own oOwn adm sec aud
    private const string Team    = "in  un  un   ok  ok  un   un  ok  un";
    private const string Owners  = "in  un  un   un  ok  un   un  ok  un";
    private const string Readers = "in  un  un   ok  ok  un   ok  ok  ok";
    private const string Members = "in  un  un   ok  ok  un   un  un  un";
    private const string Owner   = "in  un  un   un  ok  un   un  un  un";
    private const string Taker   = "in  un  un   un  un  ok   un  un  un";
    private const string Admins  = "in  no  no   no  no  no   ok  no  no";

    private static readonly (Side Side, string Note, string Expected)[] BothSides = [(Side.Consuming, "of one's application", Team), (Side.Publishing, "for one's API", Owners)];

    public static IEnumerable<Row> Pages =>
    [
        .. BothSides.SelectMany(side => (IEnumerable<Row>)[
            Of("GET", "/grants/end", side, async w => At(HttpMethod.Get, $"/grants/end?grant={await w.GrantAsync()}")),
            Of("POST", "/grants/end", side, async w => Form("/grants/end", ("grant", $"{await w.GrantAsync()}"), ("what", "now"), ("reason", "Misused.")))]),
        Of("GET", "/grants/renew", (Side.Consuming, "of one's application", Members), async w => At(HttpMethod.Get, $"/grants/renew?grant={await w.GrantAsync()}")),
        Of("POST", "/grants/renew", (Side.Consuming, "of one's application", Members), async w => Form("/grants/renew", ("grant", $"{await w.GrantAsync()}"), ("justification", "To show payments."), ("until", "2026-01-20"))),
        One("GET", "/stop", Readers),
        One("GET", "/delete", Owner),
        One("POST", "/delete", Owner, async w => await NamedAsync(w) is var (id, name) ? Form($"/applications/{id}/delete", ("name", name), ("reason", "Replaced.")) : throw new InvalidOperationException()),
        One("GET", "/transfer", "in  un  un   un  ok  un   ok  un  un"),
        One("POST", "/transfer", Owner, async w => Form($"/applications/{await w.ApplicationAsync()}/transfer", ("team", "lending"))),
        One("POST", "/transfer/cancel", Owner, async w => Form($"/applications/{await OfferedAsync(w)}/transfer/cancel")),
        One("POST", "/transfer/accept", Taker, async w => Form($"/applications/{await OfferedAsync(w)}/transfer/accept")),
        One("POST", "/transfer/decline", Taker, async w => Form($"/applications/{await OfferedAsync(w)}/transfer/decline")),
        One("POST", "/move", "in  un  un   un  no  un   ok  un  un", async w => Form($"/applications/{await w.ApplicationAsync()}/move", ("team", "lending"), ("reason", "Reorganised."))),
    ];

    public static IEnumerable<Row> Rest =>
    [
        .. BothSides.SelectMany(side => (IEnumerable<Row>)[
            Of("GET", "/api/v1/grants/scope", side, async w => At(HttpMethod.Get, $"/api/v1/grants/scope?grant={await w.GrantAsync()}")),
            Of("POST", "/api/v1/grants/revocations", side, async w => Change("revocations", await w.GrantAsync())),
            Of("POST", "/api/v1/grants/revocations/cancellation", side, async w => Change("revocations/cancellation", await EndSetAsync(w, side.Side))),
            Of("POST", "/api/v1/grants/suspensions", side, async w => Change("suspensions", await w.GrantAsync())),
            Of("POST", "/api/v1/grants/resumptions", side, async w => Change("resumptions", await SuspendedAsync(w, side.Side)))]),
        One("GET", "/enforcement", Readers, rest: true),
        One("GET", "/deletion", Owner, rest: true),
        One("POST", "/deletion", Owner, async w => await NamedAsync(w) is var (id, name) ? Json($"/applications/{id}/deletion", new { name, reason = "Replaced." }) : throw new InvalidOperationException(), rest: true),
        One("GET", "/transfer", "in  un  un   un  ok  un   ok  un  un", rest: true),
        One("POST", "/transfer", Owner, async w => Json($"/applications/{await w.ApplicationAsync()}/transfer", new { team = "lending" }), rest: true),
        One("DELETE", "/transfer", Owner, async w => At(HttpMethod.Delete, $"/api/v1/applications/{await OfferedAsync(w)}/transfer"), rest: true),
        One("POST", "/transfer/acceptance", Taker, async w => Json($"/applications/{await OfferedAsync(w)}/transfer/acceptance", new { }), rest: true),
        One("POST", "/transfer/refusal", Taker, async w => Json($"/applications/{await OfferedAsync(w)}/transfer/refusal", new { }), rest: true),
        One("POST", "/move", Admins, async w => Json($"/applications/{await w.ApplicationAsync()}/move", new { team = "lending", reason = "Reorganised." }), rest: true),
    ];

    private static async Task<string> OfferedAsync(RoleWorld w)
    {
        var application = await w.ApplicationAsync();
        RoleWorld.Done(await w.Bank.Use<TransferApplication>().OfferAsync(w.Bank.Carla, application, "lending", "", default));
        return application;
    }

    private static async Task<(string Id, string Name)> NamedAsync(RoleWorld w)
    {
        var application = await w.ApplicationAsync();
        return (application, (await w.Bank.Use<ApplicationReader>().FindAsync(w.Bank.Dirk, application, default))!.Name);
    }

    private static async Task<Guid> SuspendedAsync(RoleWorld w, Side side)
    {
        var grant = await w.GrantAsync();
        RoleWorld.Done(await w.Bank.Use<SuspendGrants>().ExecuteAsync(side is Side.Publishing ? w.Bank.Olivia : w.Bank.Dirk, GrantScope.Of(grant), null, "A row.", default));
        return grant;
    }

    private static async Task<Guid> EndSetAsync(RoleWorld w, Side side)
    {
        var grant = await w.GrantAsync();
        RoleWorld.Done(await w.Bank.Use<EndGrants>().ExecuteAsync(
            side is Side.Publishing ? w.Bank.Olivia : w.Bank.Dirk, GrantScope.Of(grant), w.Bank.Clock.GetUtcNow().AddDays(1), "A row.", default));
        return grant;
    }

    private static Row Of(string method, string pattern, (Side Side, string Note, string Expected) side, Func<RoleWorld, Task<Call>> prepare) =>
        new($"{method} {pattern}", side.Side, side.Note, side.Expected, (w, _) => prepare(w));

    private static Row One(string method, string below, string expected, Func<RoleWorld, Task<Call>>? prepare = null, bool rest = false)
    {
        var root = rest ? "/api/v1" : "";
        return new(
            $"{method} {root}/applications/{{clientId}}{below}", Side.Consuming, "", expected,
            async (w, _) => prepare is null ? At(HttpMethod.Get, $"{root}/applications/{await w.ApplicationAsync()}{below}") : await prepare(w));
    }

    private static Call Change(string what, Guid grant) => Json($"/grants/{what}", new { scope = new { grants = new[] { grant } }, reason = "A row." });

    private static Call Json(string url, object body) => new(HttpMethod.Post, "/api/v1" + url, Json: body);

    private static Call At(HttpMethod method, string url) => new(method, url);

    private static Call Form(string url, params (string Name, string Value)[] fields) => new(HttpMethod.Post, url, Form: fields);
}
