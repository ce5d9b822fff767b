using System.Globalization;
using Marketplace.Core.Audit;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Portal.Audit;

/// <summary>A filter as it stands in an address: one that is shared shows the same.</summary>
public sealed record AuditQuery
{
    [FromQuery(Name = "q")] public string? Q { get; init; }
    [FromQuery(Name = "action")] public string? Action { get; init; }
    [FromQuery(Name = "kind")] public string? Kind { get; init; }
    [FromQuery(Name = "id")] public string? Id { get; init; }
    [FromQuery(Name = "actor")] public string? Actor { get; init; }
    [FromQuery(Name = "channel")] public string? Channel { get; init; }
    [FromQuery(Name = "api")] public string? Api { get; init; }
    [FromQuery(Name = "application")] public string? Application { get; init; }
    [FromQuery(Name = "team")] public string? Team { get; init; }
    [FromQuery(Name = "since")] public string? Since { get; init; }
    [FromQuery(Name = "until")] public string? Until { get; init; }

    public AuditFilter Filter => new(Given(Action), Given(Kind), Given(Q))
    {
        SubjectId = Given(Id),
        Actor = Given(Actor),
        Channel = Given(Channel),
        Api = Given(Api),
        Application = Given(Application),
        Team = Given(Team),
        From = Moment(Since),
        // The whole of the last day.
        Until = Moment(Until) is { Year: < 9999 } last ? last.AddDays(1) : null,
    };

    public bool HasMore => new[] { Action, Actor, Channel, Api, Application, Team }.Any(value => Given(value) is not null);

    /// <summary>Name and value of what is set.</summary>
    public IEnumerable<(string Name, string Value)> Parts => new[]
    {
        ("q", Q), ("kind", Kind), ("id", Id), ("action", Action), ("actor", Actor), ("channel", Channel), ("api", Api), ("application", Application), ("team", Team),
        ("since", Since), ("until", Until),
    }.Where(part => Given(part.Item2) is not null).Select(part => (part.Item1, part.Item2!.Trim()));

    public string Url(params (string Name, object Value)[] more) => UrlOf([.. Parts, .. more.Select(m => (m.Name, Convert.ToString(m.Value, CultureInfo.InvariantCulture)!))]);

    public string Without(string name) => UrlOf([.. Parts.Where(part => part.Name != name && !(name == "kind" && part.Name == "id"))]);

    private static string UrlOf(IReadOnlyList<(string Name, string Value)> parts) =>
        parts.Count == 0 ? "/audit" : "/audit?" + string.Join('&', parts.Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value)}"));

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static DateTimeOffset? Moment(string? day) =>
        DateOnly.TryParseExact(Given(day), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? new(date, TimeOnly.MinValue, TimeSpan.Zero) : null;
}
