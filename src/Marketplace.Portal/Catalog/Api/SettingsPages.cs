using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Api;

/// <summary>An owner says better what an API is, and moves a line through its lifecycle.</summary>
internal static class SettingsPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ApiPages.Line + "/settings", ShowAsync);
        pages.MapPost(ApiPages.Line + "/settings/api", ChangeApiAsync);
        pages.MapPost(ApiPages.Line + "/settings/version", ChangeVersionAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string api, string version, CatalogReader reader, CancellationToken cancellation) =>
        await HeadAsync(context, api, version, reader, cancellation) is { } head
            ? Page.Show<SettingsPage, SettingsModel>(new(head, AboutForm.Of(head), LineForm.Of(head), [], []))
            : Page.NotFound();

    private static async Task<IResult> ChangeApiAsync(
        HttpContext context, string api, string version, IFormCollection form, CatalogReader reader, ChangeApi change, CancellationToken cancellation)
    {
        if (await HeadAsync(context, api, version, reader, cancellation) is not { } head)
            return Page.NotFound();
        var about = AboutForm.Read(form);
        var done = await change.ExecuteAsync(context.Actor(), new(api, about.Title, about.Summary, about.Classification), cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, head.Url, "The API's description is changed.")
            : Page.Again<SettingsPage, SettingsModel>(new(head, about, LineForm.Of(head), done.Problems, []));
    }

    private static async Task<IResult> ChangeVersionAsync(
        HttpContext context, string api, string version, IFormCollection form, CatalogReader reader, ChangeVersion change, CancellationToken cancellation)
    {
        if (await HeadAsync(context, api, version, reader, cancellation) is not { } head)
            return Page.NotFound();
        var line = LineForm.Read(form, head);
        var done = await change.ExecuteAsync(
            context.Actor(), new(api, version, line.Lifecycle, line.SunsetAt, line.BasePath, line.Audiences), cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, head.Url, $"{head.Api.Title} {version} is {Words.Slug(line.Lifecycle)}. Gateways and services learn of it within seconds.")
            : Page.Again<SettingsPage, SettingsModel>(new(head, AboutForm.Of(head), line, [], done.Problems));
    }

    private static async Task<ApiHead?> HeadAsync(HttpContext context, string api, string version, CatalogReader reader, CancellationToken cancellation) =>
        await ApiPages.HeadAsync(context.Actor(), api, version, reader, cancellation) is { Api.MayPublish: true } head ? head : null;
}

public sealed record SettingsModel(
    ApiHead Head, AboutForm About, LineForm Line, IReadOnlyList<Problem> AboutProblems, IReadOnlyList<Problem> LineProblems);

public sealed record AboutForm(string Title, string Summary, Classification Classification)
{
    public static AboutForm Of(ApiHead head) => new(head.Api.Title, head.Api.Summary, head.Api.Classification);

    public static AboutForm Read(IFormCollection form) => new(
        form["title"].ToString(), form["summary"].ToString(),
        StoredEnum.TryFromWord<Classification>(form["classification"], out var value) ? value : (Classification)(-1));
}

public sealed record LineForm(Lifecycle Lifecycle, string Sunset, string BasePath, IReadOnlyDictionary<string, string> Audiences)
{
    /// <summary>The day chosen is included: a line ends when it is over in UTC.</summary>
    public DateTimeOffset? SunsetAt => DateOnly.TryParseExact(Sunset, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? new(day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero)
        : null;

    public static LineForm Of(ApiHead head) => new(
        head.Version.Lifecycle, head.Version.SunsetAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "", head.Version.BasePath, head.Version.Audiences);

    public static LineForm Read(IFormCollection form, ApiHead head) => new(
        StoredEnum.TryFromWord<Lifecycle>(form["lifecycle"], out var value) ? value : (Lifecycle)(-1),
        form["sunsetAt"].ToString(), form["basePath"].ToString().Trim(),
        head.Version.Audiences.Keys.ToDictionary(e => e, e => form[$"audience.{e}"].ToString().Trim(), StringComparer.Ordinal));
}
