using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Access.Emergencies;

/// <summary>Takes access in an incident; what may be taken and who is told stands beside it.</summary>
internal static class TakeEmergencyPages
{
    private const int Shown = 20;
    private const string Route = "/apis/{api}/{version}/emergency";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Route, ShowAsync);
        pages.MapPost(Route, TakeAsync);
    }

    private static Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string[] operation, string? application, string? environment, string? find,
        ApplicationReader applications, EmergencyReader emergencies, IDbContextFactory<MarketplaceDb> databases, CancellationToken cancellation) =>
        PageOfAsync(context, api, version, new(operation, application, environment ?? DeploymentEnvironment.Production, null, null, null, find), [], applications, emergencies, databases, cancellation);

    private static async Task<IResult> TakeAsync(
        HttpContext context, string api, string version, IFormCollection sent, TakeEmergencyAccess take,
        ApplicationReader applications, EmergencyReader emergencies, IDbContextFactory<MarketplaceDb> databases, CancellationToken cancellation)
    {
        var form = new EmergencyForm(
            [.. sent["operations"].OfType<string>().Where(key => key.Length > 0).Distinct(StringComparer.Ordinal)], sent["application"], sent["environment"], sent["reason"], sent["incident"], sent["hours"], sent["find"]);
        // Any other button only searches.
        if (sent["take"] != "true")
            return await PageOfAsync(context, api, version, form, [], applications, emergencies, databases, cancellation);
        int? hours = null;
        if (!string.IsNullOrWhiteSpace(form.Hours))
            hours = int.TryParse(form.Hours, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var outcome = await take.ExecuteAsync(
            context.Actor(), new(form.Application ?? "", api, version, form.Environment ?? "", form.Operations, form.Reason ?? "", form.Incident ?? "", hours), cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, $"{EmergencyPages.Path}/{outcome.Value.Number}", $"Access is given until {Words.Moment(outcome.Value.Until)}, as policy revision {outcome.Value.Revision}. Everybody concerned is told.")
            : await PageOfAsync(context, api, version, form, outcome.Problems, applications, emergencies, databases, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, string api, string version, EmergencyForm form, IReadOnlyList<Problem> problems,
        ApplicationReader applications, EmergencyReader emergencies, IDbContextFactory<MarketplaceDb> databases, CancellationToken cancellation)
    {
        var actor = context.Actor();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var lines = db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version);
        var line = await lines
            .Select(v => new AskedLine(
                v.Api!.Name, v.Api.Title, v.Version, v.Api.Team!.Title, v.Lifecycle == Lifecycle.Published || v.Lifecycle == Lifecycle.Deprecated, v.Api.Classification))
            .SingleOrDefaultAsync(cancellation);
        if (line is null)
            return Page.NotFound();
        var published = lines.SelectMany(v => v.Operations).Where(o => o.RemovedIn == null);
        var chosen = await EndpointsOf(published.Where(o => form.Operations.Contains(o.Key))).Take(EmergencyRules.MostEndpoints + 1).ToListAsync(cancellation);
        var others = published.Where(o => !form.Operations.Contains(o.Key));
        if (!string.IsNullOrWhiteSpace(form.Find))
        {
            var pattern = $"%{Like.Escape(form.Find.Trim())}%";
            others = others.Where(o => EF.Functions.ILike(o.Method + " " + o.Path, pattern) || EF.Functions.ILike(o.Summary, pattern) || EF.Functions.ILike(o.Key, pattern));
        }

        var mine = await applications.ListAsync(actor, null, new PageRequest(1, PageRequest.MaximumSize), cancellation);
        var terms = await emergencies.TermsAsync(actor, api, version, cancellation);
        var model = new TakeEmergencyModel(
            line, form, chosen, await EndpointsOf(others).Take(Shown).ToListAsync(cancellation), await others.CountAsync(cancellation),
            [.. mine.Items.Where(a => a.DisabledAt is null)], terms?.Policy, terms?.Terms ?? [], problems);
        return Page.Show<TakeEmergencyPage, TakeEmergencyModel>(model, problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }

    private static IQueryable<AskedEndpoint> EndpointsOf(IQueryable<Operation> operations) =>
        operations.OrderBy(o => o.Path).ThenBy(o => o.Method).Select(o => new AskedEndpoint(o.Key, o.Method, o.Path, o.Summary));
}
