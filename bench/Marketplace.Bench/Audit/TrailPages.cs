namespace Marketplace.Bench.Audit;

/// <summary>Every filter of the trail's page, alone and together, for what is there often, seldom and not at all.</summary>
internal static class TrailPages
{
    private static readonly string[] Everybody =
    [
        "/audit", "/audit?before=500000", "/audit?after=1000",
        "/audit?q=statements", "/audit?q=ledger+replaced", "/audit?q=revoked", "/audit?q=person+777", "/audit?q=grant", "/audit?q=nothingofthekind", "/audit?q=statements&before=500000",
        "/audit?kind=grant", "/audit?kind=ruleset", "/audit?kind=access_request&id=500000", "/audit?kind=application&id=none",
        "/audit?action=grant.revoked", "/audit?action=api.changed", "/audit?action=no.such", "/audit?actor=person-777", "/audit?actor=nobody", "/audit?channel=rest", "/audit?channel=system",
        "/audit?api=api-1", "/audit?api=api-777", "/audit?application=application-777", "/audit?team=team-2", "/audit?team=team-777", "/audit?api=no-such",
        "/audit?since=2021-03-01&until=2021-03-01", "/audit?until=2019-06-01", "/audit?since=2099-01-01",
        "/audit?kind=grant&team=team-2&channel=rest", "/audit?q=ledger&api=api-1", "/audit?q=ledger&api=api-777", "/audit?action=api.changed&team=team-777", "/audit?actor=person-777&api=api-1",
        "/audit?q=statements&since=2021-03-01&until=2021-03-31", "/audit?action=session.started&channel=rest&until=2020-01-01", "/audit?q=ledger&kind=team",
    ];

    public static IEnumerable<string> Of(string person) => person switch
    {
        "auditor" => [.. Everybody, "/audit/500000", "/audit/checkpoints", "/audit/retention"],
        "owner" => Everybody,
        _ => ["/audit", "/audit?before=500000", "/audit?q=statements", "/audit?q=nothingofthekind", "/audit?kind=grant", "/audit?kind=ruleset", "/audit?api=api-1", "/audit?since=2021-03-01&until=2021-03-31"],
    };
}
