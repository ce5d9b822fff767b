using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Access.Grants;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Grants;

/// <summary>Ends, suspends or resumes the grants of a scope, after showing whom it concerns.</summary>
internal static class EndGrantsPages
{
    public const string Path = "/grants/end";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, (HttpContext context, GrantScopeReader reader, CancellationToken cancellation) =>
            ShowAsync(context, ScopeQuery.Of(context.Request.Query), EndGrantsForm.Of(context.Request.Query["what"].ToString()), [], reader, cancellation));
        pages.MapPost(Path, ChangeAsync);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, EndGrants end, SuspendGrants suspend, GrantScopeReader reader, CancellationToken cancellation)
    {
        var sent = await context.Request.ReadFormAsync(cancellation);
        var (actor, scope) = (context.Actor(), ScopeQuery.Of(sent));
        var form = new EndGrantsForm(sent["what"].ToString(), sent["at"].ToString(), sent["reason"].ToString());
        if (!form.TryReadMoment(out var at))
            return await ShowAsync(context, scope, form, [new("at_invalid", "Choose a day and a time, such as 2026-12-31 18:00.", "at")], reader, cancellation);
        var outcome = form.What switch
        {
            EndGrantsForm.Now => await end.ExecuteAsync(actor, scope, null, form.Reason, cancellation),
            EndGrantsForm.Later when at is null => new Problem("at_missing", "Choose when they end.", "at"),
            EndGrantsForm.Later => await end.ExecuteAsync(actor, scope, at, form.Reason, cancellation),
            EndGrantsForm.Suspend => await suspend.ExecuteAsync(actor, scope, at, form.Reason, cancellation),
            EndGrantsForm.Resume => await suspend.ResumeAsync(actor, scope, form.Reason, cancellation),
            EndGrantsForm.Keep => await end.KeepAsync(actor, scope, form.Reason, cancellation),
            _ => new Problem("what_missing", "Choose what is to happen.", "what"),
        };
        if (!outcome.Succeeded)
            return outcome.IsNotFound() ? Page.NotFound() : await ShowAsync(context, scope, form, outcome.Problems, reader, cancellation);
        var (done, count) = (outcome.Value, Words.Count(outcome.Value.Grants, "grant"));
        return Flash.Redirect(context, BackTo(scope), form.What switch
        {
            EndGrantsForm.Later => $"{count} will end on {Words.Moment(at!.Value)}, wherever they are enforced.",
            EndGrantsForm.Suspend => $"{count} {(done.Grants == 1 ? "is" : "are")} suspended, as policy revision {done.Revision}.{LeftOut(done, "for as long already, or by somebody who is more")}",
            EndGrantsForm.Resume => $"{count} {(done.Grants == 1 ? "goes" : "go")} on.{LeftOut(done, "by somebody who is more")}",
            EndGrantsForm.Keep => $"{count} {(done.Grants == 1 ? "lasts" : "last")} as long as approved.",
            _ => $"{count} {(done.Grants == 1 ? "is" : "are")} revoked, as policy revision {done.Revision}.",
        });
    }

    private static string LeftOut(ChangedGrants done, string why) => done.LeftOut == 0 ? "" : $" {done.LeftOut:N0} more {(done.LeftOut == 1 ? "stays" : "stay")} suspended as before: {why}.";

    private static async Task<IResult> ShowAsync(
        HttpContext context, GrantScope scope, EndGrantsForm form, IReadOnlyList<Problem> problems, GrantScopeReader reader, CancellationToken cancellation)
    {
        var preview = await reader.PreviewAsync(context.Actor(), scope, cancellation);
        return preview switch
        {
            { Succeeded: true } => Page.Show<EndGrantsPage, EndGrantsModel>(
                new(scope, preview.Value, form, problems), problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code)),
            _ when preview.IsNotFound() => Page.NotFound(),
            _ => Page.Again<NoScopePage, IReadOnlyList<Problem>>(preview.Problems),
        };
    }

    /// <summary>Where somebody who did this came from.</summary>
    private static string BackTo(GrantScope scope) => scope switch
    {
        { Grants: [var only] } => $"/grants/{only}",
        { ClientId: { } client, ApiTeam: null, Api: null } => $"/applications/{Uri.EscapeDataString(client)}",
        { Api: { } api, Version: { } version } => $"/apis/{Uri.EscapeDataString(api)}/{Uri.EscapeDataString(version)}/grants",
        { Api: { } api } => $"/apis/{Uri.EscapeDataString(api)}",
        { ApplicationTeam: { } team } => $"/teams/{Uri.EscapeDataString(team)}",
        { ApiTeam: { } team } => $"/teams/{Uri.EscapeDataString(team)}",
        _ => "/applications",
    };
}

public sealed record EndGrantsForm(string What, string At, string Reason)
{
    public const string Now = "now";
    public const string Later = "later";
    public const string Suspend = "suspend";
    public const string Resume = "resume";
    public const string Keep = "keep";

    public static EndGrantsForm Of(string what) => new(what, "", "");

    internal bool TryReadMoment(out DateTimeOffset? at)
    {
        at = null;
        if (string.IsNullOrWhiteSpace(At) || What is not (Later or Suspend))
            return true;
        if (!DateTime.TryParseExact(At.Trim(), ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
            return false;
        at = new DateTimeOffset(moment, TimeSpan.Zero);
        return true;
    }
}

public sealed record EndGrantsModel(GrantScope Scope, GrantScopeView Preview, EndGrantsForm Form, IReadOnlyList<Problem> Problems)
{
    public IEnumerable<(string Value, string Text, string Hint)> Choices
    {
        get
        {
            if (Preview.Suspended < Preview.Grants)
                yield return (EndGrantsForm.Suspend, "Suspend", "Calls are refused until somebody resumes them, or until the moment below. Nothing has to be asked for again.");
            if (Preview.Suspended > 0)
                yield return (EndGrantsForm.Resume, $"Resume {(Preview.Suspended == Preview.Grants ? "" : $"the {Preview.Suspended:N0} that are suspended")}", "Calls pass again.");
            if (Preview.Suspended == Preview.Grants)
                yield return (EndGrantsForm.Suspend, "Suspend for longer", "Or as somebody who is more. None goes on sooner than it would have.");
            yield return (EndGrantsForm.Now, "Revoke now", "Calls are refused as soon as data planes hear of it. Access comes back only through a new request.");
            yield return (EndGrantsForm.Later, "Revoke at a moment to come", "Each data plane ends them by itself then, also when the marketplace cannot be reached.");
            if (Preview.EndSet > 0)
                yield return (EndGrantsForm.Keep, "Do not end them early", $"{Preview.EndSet:N0} of them {(Preview.EndSet == 1 ? "was" : "were")} to end before the day that was approved.");
        }
    }

    public IReadOnlyList<(string Text, string Url)> Crumbs => Scope switch
    {
        { ClientId: { } client } when Preview.Rows.Count > 0 => [("Applications", "/applications"), (Preview.Rows[0].Application, $"/applications/{client}")],
        { Api: { } api, Version: { } version } => [($"{api} {version}", $"/apis/{api}/{version}"), ("Grants", $"/apis/{api}/{version}/grants")],
        _ => [],
    };
}
