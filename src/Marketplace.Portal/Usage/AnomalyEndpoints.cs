using Marketplace.Contracts.Rest;
using Marketplace.Core.Data;
using Marketplace.Core.Usage.Anomalies;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Usage;

/// <summary>Unusual use, over REST.</summary>
internal static class AnomalyEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        rest.MapGet("/anomalies", ListAsync).WithTags("Usage").WithName("listAnomalies")
            .WithSummary("Incidents of the last 90 days of the APIs whose calls you may see, those that go on first.").Produces<PageBody<AnomalyBody>>();
        rest.MapGet("/apis/{api}/versions/{version}/anomalies", OfLineAsync).WithTags("Usage").WithName("getAnomalies")
            .WithSummary("What was seen and what is usual, hour by hour for seven days. For its team and those who read everything; with application, also for that one's team.")
            .Produces<LineAnomaliesBody>();
    }

    private static async Task<IResult> ListAsync(int? page, int? limit, AnomalyReader anomalies, HttpContext context, CancellationToken cancellation) =>
        Answer.Page(await anomalies.ListAsync(context.Actor(), Paged.From(page, limit), cancellation), r => Of(r.Api, r.Version, r.Environment, r.Incident));

    private static async Task<IResult> OfLineAsync(
        string api, string version, string environment, string? application, AnomalyReader anomalies, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await anomalies.OfLineAsync(context.Actor(), api, version, environment, string.IsNullOrEmpty(application) ? null : application, cancellation),
            ApiEndpoints.Unknown(api, version),
            found => new LineAnomaliesBody(found.JudgedUntil, [.. found.Measures.Select(m => new JudgementBody(
                StoredEnum.ToWord(m.Measure), StoredEnum.ToWord(m.Kind), [.. m.Incidents.Select(i => Of(api, version, environment, i))],
                [.. m.Parts.Select(p => new JudgedHourBody(p.At, p.Seen, p.Expected, p.Low, p.Expected is null ? null : p.High))]))]));

    private static AnomalyBody Of(string api, string version, string environment, Incident i) => new(
        api, version, environment, StoredEnum.ToWord(i.Measure), i.IsAbove, i.From, i.Until, i.RaisedAt, i.IsOpen, i.Seen, i.Expected, i.Low, i.High, IncidentSentence.Of(i));
}
