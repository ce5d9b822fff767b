using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Audit;

/// <summary>Who did what to what, when and why.</summary>
internal static class AuditPages
{
    /// <summary>What the filter offers; the REST API takes any.</summary>
    internal static readonly string[] SubjectKinds = ["access_request", "grant", "application", "api", "api_version", "team", "person", "signing_key", "ruleset", "approval_policy"];

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/audit", ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpContext context, string? action, string? kind, string? q, int? page, AuditReader audit, CancellationToken cancellation)
    {
        var actor = context.Actor();
        var filter = new AuditFilter(EmptyAsNull(action), EmptyAsNull(kind), q);
        return Page.Show<AuditPage, AuditModel>(new(
            await audit.ListAsync(actor, filter, new PageRequest(page ?? 1, 50), cancellation), filter, actor.ReadsEverything));
    }

    private static string? EmptyAsNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

public sealed record AuditModel(Page<AuditRow> Page, AuditFilter Filter, bool SeesEverything)
{
    public bool IsFiltered => Filter.Action is not null || Filter.SubjectKind is not null || !string.IsNullOrWhiteSpace(Filter.Text);

    public string Url(int page)
    {
        var query = new List<string> { $"page={page}" };
        foreach (var (name, value) in new[] { ("action", Filter.Action), ("kind", Filter.SubjectKind), ("q", Filter.Text) })
        {
            if (!string.IsNullOrEmpty(value))
                query.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        return "/audit?" + string.Join('&', query);
    }

    /// <summary>The page of what an event tells of, where there is one.</summary>
    public static string? LinkOf(AuditRow row) => row.SubjectKind switch
    {
        "access_request" => $"/requests/{row.SubjectId}",
        "grant" => $"/grants/{row.SubjectId}",
        "application" => $"/applications/{Uri.EscapeDataString(row.Subject)}",
        "api" => $"/apis/{Uri.EscapeDataString(row.Subject)}",
        "api_version" when row.Subject.Split(' ') is [var api, var version] => $"/apis/{Uri.EscapeDataString(api)}/{Uri.EscapeDataString(version)}",
        "signing_key" => "/signing-keys",
        "team" => $"/teams/{Uri.EscapeDataString(row.Subject)}",
        _ => null,
    };
}
