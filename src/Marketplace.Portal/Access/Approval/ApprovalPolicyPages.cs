using Marketplace.Core;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Core.Catalog.Changes.SideBySide;
using Marketplace.Core.Data;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Approval;

/// <summary>A security officer or administrator writes an approval policy, tries it, and another puts it into effect; everybody reads it.</summary>
internal static class ApprovalPolicyPages
{
    private const string All = "/approval-policies";
    private const string One = "/approval-policies/{number:int}";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(All, ListAsync);
        pages.MapPost(All, WriteAsync);
        pages.MapGet(All + "/new", NewAsync);
        pages.MapGet(One, ShowAsync);
        pages.MapPost(One + "/dry-run", TryAsync);
        pages.MapPost(One + "/effect", PutAsync);
    }

    public static string Url(int number) => $"{All}/{number}";

    private static async Task<IResult> ListAsync(HttpContext context, int? page, ApprovalPolicyReader policies, CancellationToken cancellation)
    {
        var inEffect = await policies.FindAsync(await policies.NumberInEffectAsync(cancellation), cancellation);
        return Page.Show<ApprovalPoliciesPage, ApprovalPoliciesModel>(
            new(await policies.ListAsync(new(page ?? 1), cancellation), inEffect, WriteApprovalPolicy.MayChange(context.Actor())));
    }

    /// <summary>On top of the one in effect, or of the one that is given: so an older one comes back.</summary>
    private static async Task<IResult> NewAsync(HttpContext context, int? from, ApprovalPolicyReader policies, CancellationToken cancellation)
    {
        if (!WriteApprovalPolicy.MayChange(context.Actor()))
            return Page.Forbidden(WriteApprovalPolicy.NotYours.Message);
        var basis = from ?? await policies.NumberInEffectAsync(cancellation);
        if (await policies.FindAsync(basis, cancellation) is not { } found)
            return Page.NotFound();
        var note = from is null || found.Row.IsInEffect ? "" : $"Back to approval policy {from}: ";
        return Page.Show<NewApprovalPolicyPage, NewApprovalPolicyModel>(new(found.Text, note, await policies.NewestAsync(cancellation), null, []));
    }

    private static async Task<IResult> WriteAsync(
        HttpContext context, [FromForm] string? text, [FromForm] string? note, [FromForm] int? basedOn, [FromForm] string? check, WriteApprovalPolicy write,
        CheckApprovalPolicy checker, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (!WriteApprovalPolicy.MayChange(actor))
            return Page.Forbidden(WriteApprovalPolicy.NotYours.Message);
        if (check is not null)
        {
            var looked = (await checker.ExecuteAsync(actor, text ?? "", cancellation)).Value!;
            NewApprovalPolicyModel model = new(text ?? "", note ?? "", basedOn ?? 0, looked, [.. looked.Faults.Select(f => f.ToProblem())]);
            return looked.Faults.Count == 0 ? Page.Show<NewApprovalPolicyPage, NewApprovalPolicyModel>(model) : Page.Again<NewApprovalPolicyPage, NewApprovalPolicyModel>(model);
        }

        var written = await write.ExecuteAsync(actor, new(text ?? "", note ?? "", basedOn), cancellation);
        return written.Succeeded
            ? Flash.Redirect(context, Url(written.Value), $"Approval policy {written.Value} is written. Try it on last month's requests; then somebody else puts it into effect.")
            : Page.Again<NewApprovalPolicyPage, NewApprovalPolicyModel>(new(text ?? "", note ?? "", basedOn ?? 0, null, written.Problems));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, int number, int? compare, int? page, ApprovalPolicyReader policies, CancellationToken cancellation) =>
        await ModelAsync(context, number, compare, page, [], "", policies, cancellation) is { } model
            ? Page.Show<ApprovalPolicyPage, ApprovalPolicyModel>(model)
            : Page.NotFound();

    private static async Task<IResult> TryAsync(HttpContext context, int number, TryApprovalPolicy trial, CancellationToken cancellation)
    {
        var run = await trial.ExecuteAsync(context.Actor(), number, cancellation);
        if (run.Succeeded)
            return Flash.Redirect(context, Url(number) + "#dry-run", $"{Words.Count(run.Value.Endpoints, "endpoint")} replayed, {run.Value.Changed:N0} of which go another way.");
        return run.IsForbidden() ? Page.Forbidden(run.Problems[0].Message) : Page.NotFound();
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, int number, [FromForm] string? reason, PutApprovalPolicyIntoEffect put, ApprovalPolicyReader policies, CancellationToken cancellation)
    {
        var done = await put.ExecuteAsync(context.Actor(), number, reason ?? "", cancellation);
        if (done.Succeeded)
            return Flash.Redirect(context, Url(number), $"Approval policy {number} decides from now on. Requests that wait keep the approvers they were given.");
        if (done.IsForbidden())
            return Page.Forbidden(done.Problems[0].Message);
        return await ModelAsync(context, number, null, null, done.Problems, reason ?? "", policies, cancellation) is { } model
            ? Page.Again<ApprovalPolicyPage, ApprovalPolicyModel>(model)
            : Page.NotFound();
    }

    private static async Task<ApprovalPolicyModel?> ModelAsync(
        HttpContext context, int number, int? compare, int? page, IReadOnlyList<Problem> problems, string reason, ApprovalPolicyReader policies, CancellationToken cancellation)
    {
        if (await policies.FindAsync(number, cancellation) is not { } found)
            return null;
        var actor = context.Actor();
        var inEffect = await policies.NumberInEffectAsync(cancellation);
        var other = compare ?? (found.Row.IsInEffect ? number - 1 : inEffect);
        return new(
            found, inEffect, other, other == number ? null : await policies.CompareAsync(other, number, cancellation), new(page ?? 1, 20),
            actor.ReadsEverything, WriteApprovalPolicy.MayChange(actor), found.Row.WriterId == actor.Id, problems, reason);
    }
}

/// <param name="InEffect">The one that decides; null when there is none.</param>
public sealed record ApprovalPoliciesModel(Page<ApprovalPolicyRow> Rows, ApprovalPolicyDetails? InEffect, bool MayChange);

/// <param name="Checked">What was found when the writer asked; null otherwise.</param>
public sealed record NewApprovalPolicyModel(string Text, string Note, int BasedOn, CheckedPolicy? Checked, IReadOnlyList<Problem> Problems);

/// <param name="Other">The version that it is compared with.</param>
/// <param name="Lines">Null when there is none.</param>
/// <param name="Page">Of the requests that go another way.</param>
/// <param name="SeesRequests">Everybody's.</param>
/// <param name="IsOwn">The reader wrote it.</param>
public sealed record ApprovalPolicyModel(
    ApprovalPolicyDetails Policy, int InEffect, int Other, IReadOnlyList<LinePair>? Lines, PageRequest Page, bool SeesRequests, bool MayChange, bool IsOwn,
    IReadOnlyList<Problem> Problems, string Reason)
{
    public string Url => ApprovalPolicyPages.Url(Policy.Row.Number);

    public bool MayPut => MayChange && !IsOwn && !Policy.Row.IsInEffect && Policy.Report.MayTakeEffect && Policy.Trial?.Run.Against == InEffect;
}
