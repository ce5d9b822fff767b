using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Access.Requests.Templates;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Access.Requests;

public sealed record DraftListModel(Page<DraftRow> Page)
{
    public static string UrlOf(int page) => page == 1 ? "/drafts" : $"/drafts?page={page}";
}

/// <summary>Endpoints that were chosen, and the drafts that they can go into.</summary>
public sealed record AddToDraftModel(IReadOnlyList<DraftLine> Lines, IReadOnlyList<DraftRow> Drafts, string ReturnUrl, IReadOnlyList<Problem> Problems)
{
    /// <summary>Where the endpoints are those of a template.</summary>
    public TemplateDetails? Template { get; init; }

    public string Lead { get; } = "One request can ask for endpoints of several APIs. Put them together in a draft, and send it when it is complete.";

    public IEnumerable<EndpointReference> Endpoints => Lines.SelectMany(l => l.Endpoints).Select(e => e.Reference);
}

/// <summary>What stands in the form: as it was saved, or as it was typed when it could not be.</summary>
public sealed record DraftForm(
    IReadOnlyList<EndpointReference> Endpoints, string? Application, string? Environment, string? Justification, string? Until)
{
    private const string PlanOf = "plan:";

    /// <summary>Chosen for a line.</summary>
    public IReadOnlyDictionary<LineName, string> Plans { get; init; } = new Dictionary<LineName, string>();

    public static string PlanField(DraftLine line) => $"{PlanOf}{line.Api}/{line.Version}";

    public static DraftForm Of(DraftDetails draft) => new(
        [.. draft.Lines.SelectMany(l => l.Endpoints).Select(e => e.Reference)], draft.ClientId, draft.Environment, draft.Justification,
        draft.Until?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
    {
        Plans = draft.Lines.Where(l => l.Plan is not null).ToDictionary(l => new LineName(l.Api, l.Version), l => l.Plan!),
    };

    public static DraftForm Read(IFormCollection sent)
    {
        var removed = sent["remove"].ToHashSet(StringComparer.Ordinal);
        return new(
            [.. sent["endpoints"].Where(e => !removed.Contains(e)).Select(EndpointReference.Parse).OfType<EndpointReference>().Distinct()],
            sent["application"], sent["environment"], sent["justification"], sent["until"])
        {
            Plans = sent.Where(field => field.Key.StartsWith(PlanOf, StringComparison.Ordinal) && !string.IsNullOrEmpty(field.Value))
                .Select(field => (Name: field.Key[PlanOf.Length..].Split('/'), Plan: field.Value.ToString())).Where(p => p.Name.Length == 2)
                .ToDictionary(p => new LineName(p.Name[0], p.Name[1]), p => p.Plan),
        };
    }

    /// <summary>Null where the day is none.</summary>
    public DraftInput? Input
    {
        get
        {
            if (string.IsNullOrWhiteSpace(Until))
                return new(Endpoints, Application, Environment, Justification ?? "") { Plans = Plans };
            return DateOnly.TryParseExact(Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? new(Endpoints, Application, Environment, Justification ?? "", day) { Plans = Plans }
                : null;
        }
    }
}

public sealed record DraftModel(
    long Number, DraftForm Form, IReadOnlyList<DraftLine> Lines, IReadOnlyList<ApplicationRow> Applications, DateBounds Bounds, ILookup<string, PlanRow> Plans, IReadOnlyList<Problem> Problems)
{
    public string Url => $"/drafts/{Number}";

    public PlanRow? PlanOf(DraftLine line) => Plans[line.Api].FirstOrDefault(p => p.Name == Form.Plans.GetValueOrDefault(new LineName(line.Api, line.Version)));

    public int Endpoints => Lines.Sum(l => l.Endpoints.Count);

    public IReadOnlyList<string> Teams => [.. Lines.Select(l => l.Team).Distinct(StringComparer.Ordinal)];
}
