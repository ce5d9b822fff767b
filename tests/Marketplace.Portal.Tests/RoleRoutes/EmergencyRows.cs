using Marketplace.Core.Access.Emergencies;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>Access that is taken in incidents: pages and REST API.</summary>
internal static class EmergencyRows
{
    //                              anon str oDev dev own oOwn adm sec aud
    private const string Everybody = "in  ok  ok   ok  ok  ok   ok  ok  ok";
    private const string Taker     = "in  422 422  ok  ok  422  422 422 422";
    private const string Readers   = "in  un  un   ok  ok  un   ok  ok  ok";
    private const string Team      = "in  un  un   ok  ok  un   un  ok  un";
    private const string Owners    = "in  un  un   un  ok  un   un  ok  un";
    private const string NotTheirs = "in  un  un   no  no  un   no  ok  no";
    private const string Reviewers = "in  un  un   no  ok  un   no  ok  no";

    public static IEnumerable<Row> Pages =>
    [
        Of("GET", "/apis/{api}/{version}/emergency", Side.Consuming, Everybody, _ => Task.FromResult(At("/apis/payments/v1/emergency?operation=getPayment"))),
        Of("POST", "/apis/{api}/{version}/emergency", Side.Consuming, Taker, async w => Form(
            "/apis/payments/v1/emergency", ("take", "true"), ("operations", "getPayment"), ("application", await FreshAsync(w)), ("environment", "production"), ("incident", "INC-1"), ("reason", "Payments hang.")) ),
        Of("GET", "/emergency-access", Side.Consuming, Everybody, _ => Task.FromResult(At("/emergency-access"))),
        .. Both.SelectMany(side => (IEnumerable<Row>)[
            Of("GET", "/emergency-access/{number:long}", side, Readers, async w => At($"/emergency-access/{await TakenAsync(w)}")),
            Of("POST", "/emergency-access/{number:long}/end", side, side is Side.Consuming ? Team : Owners, async w => Form($"/emergency-access/{await TakenAsync(w)}/end", ("reason", "It is over."))),
            Of("POST", "/emergency-access/{number:long}/review", side, side is Side.Consuming ? NotTheirs : Reviewers, async w => Form(
                $"/emergency-access/{await OverAsync(w)}/review", ("outcome", "justified"), ("text", "The incident needed it.")))]),
    ];

    public static IEnumerable<Row> Rest =>
    [
        Of("GET", "/api/v1/emergencies", Side.Consuming, Everybody, _ => Task.FromResult(At("/api/v1/emergencies"))),
        Of("POST", "/api/v1/emergencies", Side.Consuming, Taker, async w => Json("/emergencies", new
        {
            application = await FreshAsync(w), api = "payments", version = "v1", environment = "production", operations = new[] { "getPayment" }, incident = "INC-1", reason = "Payments hang.",
        })),
        Of("GET", "/api/v1/apis/{api}/versions/{version}/emergency-terms", Side.Consuming, Everybody, _ => Task.FromResult(At("/api/v1/apis/payments/versions/v1/emergency-terms"))),
        .. Both.SelectMany(side => (IEnumerable<Row>)[
            Of("GET", "/api/v1/emergencies/{number:long}", side, Readers, async w => At($"/api/v1/emergencies/{await TakenAsync(w)}")),
            Of("POST", "/api/v1/emergencies/{number:long}/end", side, side is Side.Consuming ? Team : Owners, async w => Json($"/emergencies/{await TakenAsync(w)}/end", new { reason = "It is over." })),
            Of("POST", "/api/v1/emergencies/{number:long}/review", side, side is Side.Consuming ? NotTheirs : Reviewers, async w => Json(
                $"/emergencies/{await OverAsync(w)}/review", new { outcome = "justified", text = "The incident needed it." }))]),
    ];

    private static readonly Side[] Both = [Side.Consuming, Side.Publishing];

    /// <summary>Nobody has more than three open at once.</summary>
    private static async Task<string> FreshAsync(RoleWorld w)
    {
        await EndAllAsync(w);
        return await w.ApplicationAsync();
    }

    private static async Task<long> TakenAsync(RoleWorld w) => RoleWorld.Done(await w.Bank.Use<TakeEmergencyAccess>().ExecuteAsync(
        w.Bank.Dirk, new(await FreshAsync(w), "payments", "v1", "production", ["getPayment"], "Payments hang.", "INC-1", null), default)).Number;

    private static async Task<long> OverAsync(RoleWorld w)
    {
        var number = await TakenAsync(w);
        await EndAllAsync(w);
        return number;
    }

    /// <summary>Nor is anything taken that an owner or a security officer ended or set aside for the team, as other rows do.</summary>
    private static Task<int> EndAllAsync(RoleWorld w) => w.Bank.Database.ExecuteAsync(
        $"""
        update access_grant set ended_at = now(), ended_by = '{w.Bank.Dirk.Id}', end_kind = 'revoked', end_reason = 'A row.', ended_as = 'team' where emergency_id is not null and ended_at is null;
        update access_grant set ended_as = 'team' where ended_as <> 'team';
        update access_grant set end_set_as = 'team' where end_set_as <> 'team';
        update access_grant set suspended_as = 'team' where suspended_as <> 'team';
        update emergency_access set taken_at = taken_at - interval '1 day', until = until - interval '1 day'
        """);

    private static Row Of(string method, string pattern, Side side, string expected, Func<RoleWorld, Task<Call>> prepare) =>
        new($"{method} {pattern}", side, side is Side.Publishing ? "of one's API" : "", expected, (w, _) => prepare(w));

    private static Call At(string url) => new(HttpMethod.Get, url);

    private static Call Form(string url, params (string Name, string Value)[] fields) => new(HttpMethod.Post, url, Form: fields);

    private static Call Json(string url, object body) => new(HttpMethod.Post, "/api/v1" + url, Json: body);
}
