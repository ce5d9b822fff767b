using Marketplace.Core;
using Marketplace.Core.Access;
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
        pages.MapPost(ApiPages.Line + "/settings/lifecycle", MoveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string api, string version, [AsParameters] SettingsReaders readers, CancellationToken cancellation) =>
        await readers.OpenAsync(context, api, version, cancellation) is { } settings ? Page.Show<SettingsPage, SettingsModel>(settings) : Page.NotFound();

    private static async Task<IResult> ChangeApiAsync(
        HttpContext context, string api, string version, IFormCollection form, [AsParameters] SettingsReaders readers, ChangeApi change, CancellationToken cancellation)
    {
        if (await readers.OpenAsync(context, api, version, cancellation) is not { } settings)
            return Page.NotFound();
        var about = AboutForm.Read(form);
        var done = await change.ExecuteAsync(context.Actor(), new(api, about.Title, about.Summary, about.Classification, about.Contacts), cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, settings.Head.Url, "The API's description is changed.")
            : Page.Again<SettingsPage, SettingsModel>(settings with { About = about, AboutProblems = done.Problems });
    }

    private static async Task<IResult> ChangeVersionAsync(
        HttpContext context, string api, string version, IFormCollection form, [AsParameters] SettingsReaders readers, ChangeVersion change, CancellationToken cancellation)
    {
        if (await readers.OpenAsync(context, api, version, cancellation) is not { } settings)
            return Page.NotFound();
        var (stands, line) = (settings.Head.Version, LineForm.Read(form, settings.Head));
        var done = await change.ExecuteAsync(
            context.Actor(), new(api, version, stands.Lifecycle, stands.SunsetAt, line.BasePath, line.Audiences, LifecycleForm.NameOf(stands.Successor), Servers: line.Servers), cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, settings.Head.Url, "Changed. Gateways and services learn of it within seconds.")
            : Page.Again<SettingsPage, SettingsModel>(settings with { Line = line, LineProblems = done.Problems });
    }

    private static async Task<IResult> MoveAsync(
        HttpContext context, string api, string version, IFormCollection form, [AsParameters] SettingsReaders readers, ChangeVersion change, CancellationToken cancellation)
    {
        if (await readers.OpenAsync(context, api, version, cancellation) is not { } settings)
            return Page.NotFound();
        var asked = LifecycleForm.Read(form);
        var done = await change.ExecuteAsync(
            context.Actor(), new(api, version, asked.Lifecycle, asked.SunsetAt, settings.Head.Version.BasePath, null, asked.SuccessorName, asked.Reason), cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, settings.Head.Url, asked.Done(settings.Head))
            : Page.Again<SettingsPage, SettingsModel>(settings with { Lifecycle = asked, LifecycleProblems = done.Problems });
    }
}

internal sealed record SettingsReaders(CatalogReader Catalog, ConsumerReader Consumers)
{
    /// <summary>What an owner finds there; null for everybody else.</summary>
    public async Task<SettingsModel?> OpenAsync(HttpContext context, string api, string version, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (await ApiPages.HeadAsync(actor, api, version, Catalog, cancellation) is not { Api.MayPublish: true } head)
            return null;
        var consumers = await Consumers.CountsAsync(actor, api, version, cancellation);
        var some = await Consumers.ListAsync(actor, api, version, new(), new PageRequest(1, 5), cancellation);
        return new(head, AboutForm.Of(head), LineForm.Of(head), LifecycleForm.Of(head), consumers!, some!, [], [], []);
    }
}

public sealed record SettingsModel(
    ApiHead Head, AboutForm About, LineForm Line, LifecycleForm Lifecycle, ConsumerCounts Consumers, Page<ConsumerRow> SomeConsumers,
    IReadOnlyList<Problem> AboutProblems, IReadOnlyList<Problem> LineProblems, IReadOnlyList<Problem> LifecycleProblems);

public sealed record AboutForm(string Title, string Summary, Classification Classification, Contacts Contacts)
{
    public static AboutForm Of(ApiHead head) => new(head.Api.Title, head.Api.Summary, head.Api.Classification, head.Api.Contacts);

    public static AboutForm Read(IFormCollection form) => new(
        form["title"].ToString(), form["summary"].ToString(),
        StoredEnum.TryFromWord<Classification>(form["classification"], out var value) ? value : (Classification)(-1),
        new(form["contactChannel"].ToString(), form["contactEmail"].ToString(), form["contactUrl"].ToString()));
}

public sealed record LineForm(string BasePath, IReadOnlyDictionary<string, string> Audiences, IReadOnlyDictionary<string, string> Servers)
{
    public static LineForm Of(ApiHead head) => new(head.Version.BasePath, head.Version.Audiences, head.Version.Servers);

    public static LineForm Read(IFormCollection form, ApiHead head) => new(
        form["basePath"].ToString().Trim(),
        head.Version.Audiences.Keys.ToDictionary(e => e, e => form[$"audience.{e}"].ToString().Trim(), StringComparer.Ordinal),
        // A form without the field leaves it as it is.
        head.Version.Audiences.Keys.Where(e => form.ContainsKey($"server.{e}")).ToDictionary(e => e, e => form[$"server.{e}"].ToString().Trim(), StringComparer.Ordinal));
}
