using Marketplace.Core;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Core.Data;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Catalog.Rules;

/// <summary>The platform team writes a ruleset, tries it against the whole catalog, and puts it into effect.</summary>
internal static class RulesetPages
{
    private const string One = "/guardrails/rulesets/{number:int}";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/guardrails/rulesets", ListAsync);
        pages.MapPost("/guardrails/rulesets", WriteAsync);
        pages.MapGet("/guardrails/rulesets/new", NewAsync);
        pages.MapGet(One, ShowAsync);
        pages.MapPost(One + "/trial", TryAsync);
        pages.MapPost(One + "/effect", PutAsync);
    }

    public static string Url(int number) => $"/guardrails/rulesets/{number}";

    private static async Task<IResult> ListAsync(HttpContext context, int? page, RulesetReader rulesets, RulesetEditors editors, CancellationToken cancellation) =>
        Page.Show<RulesetsPage, RulesetsModel>(new(await rulesets.ListAsync(new(page ?? 1), cancellation), await editors.IncludeAsync(context.Actor(), cancellation)));

    /// <summary>On top of the newest, or of the one that is given.</summary>
    private static async Task<IResult> NewAsync(HttpContext context, int? from, RulesetReader rulesets, RulesetEditors editors, CancellationToken cancellation)
    {
        if (!await editors.IncludeAsync(context.Actor(), cancellation))
            return Page.Forbidden(RulesetEditors.NotYours.Message);
        var newest = await rulesets.NewestAsync(cancellation);
        return await rulesets.FindAsync(from ?? newest, cancellation) is { } basis
            ? Page.Show<NewRulesetPage, NewRulesetModel>(new(basis.Text, "", newest, []))
            : Page.NotFound();
    }

    private static async Task<IResult> WriteAsync(
        HttpContext context, [FromForm] string? text, [FromForm] string? reason, [FromForm] int? basedOn, WriteRuleset write, CancellationToken cancellation)
    {
        var written = await write.ExecuteAsync(context.Actor(), new(text ?? "", reason ?? "", basedOn), cancellation);
        if (written.Succeeded)
            return Flash.Redirect(context, Url(written.Value.Number), $"Ruleset {written.Value.Number} is written. Try it against the catalog before it holds.");
        return written.IsForbidden()
            ? Page.Forbidden(written.Problems[0].Message)
            : Page.Again<NewRulesetPage, NewRulesetModel>(new(text ?? "", reason ?? "", basedOn ?? 0, written.Problems));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, int number, int? page, RulesetReader rulesets, TryRuleset trial, CancellationToken cancellation)
    {
        if (await ModelAsync(context, number, page, [], "", rulesets, trial, cancellation) is not { } model)
            return Page.NotFound();
        context.Response.Headers.Vary = "HX-Request";
        // The page asked while the trial ran; what it can offer has changed now.
        if (context.Request.WantsFragment() && page is null && model.Ruleset.Trial is { IsOpen: false })
            context.Response.Headers["HX-Refresh"] = "true";
        return context.Request.WantsFragment() ? Page.Show<TrialPanel, RulesetModel>(model) : Page.Show<RulesetPage, RulesetModel>(model);
    }

    private static async Task<IResult> TryAsync(HttpContext context, int number, TryRuleset trial, CancellationToken cancellation)
    {
        var asked = await trial.ExecuteAsync(context.Actor(), number, cancellation);
        if (asked.Succeeded)
            return Flash.Redirect(context, Url(number) + "#trial", "The trial has begun. You may leave this page; it goes on.");
        return asked.IsForbidden() ? Page.Forbidden(asked.Problems[0].Message) : Page.NotFound();
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, int number, [FromForm] string? reason, PutIntoEffect put, RulesetReader rulesets, TryRuleset trial, CancellationToken cancellation)
    {
        var done = await put.ExecuteAsync(context.Actor(), number, reason ?? "", cancellation);
        if (done.Succeeded)
            return Flash.Redirect(context, Url(number), $"Ruleset {number} is in effect. What it finds in the catalog is being written down.");
        if (done.IsForbidden())
            return Page.Forbidden(done.Problems[0].Message);
        return await ModelAsync(context, number, null, done.Problems, reason ?? "", rulesets, trial, cancellation) is { } model
            ? Page.Again<RulesetPage, RulesetModel>(model)
            : Page.NotFound();
    }

    private static async Task<RulesetModel?> ModelAsync(
        HttpContext context, int number, int? page, IReadOnlyList<Problem> problems, string reason, RulesetReader rulesets, TryRuleset trial, CancellationToken cancellation)
    {
        if (await rulesets.FindAsync(number, cancellation) is not { } found)
            return null;
        var failing = found.Trial is { State: RunState.Done } ? await trial.NewlyFailingAsync(context.Actor(), number, new(page ?? 1, 20), cancellation) : null;
        return new(found, failing, await rulesets.NumberInEffectAsync(cancellation), await context.RequestServices.GetRequiredService<RulesetEditors>().IncludeAsync(context.Actor(), cancellation), problems, reason);
    }
}

public sealed record RulesetsModel(Page<RulesetRow> Rows, bool MayChange);

public sealed record NewRulesetModel(string Text, string Reason, int BasedOn, IReadOnlyList<Problem> Problems);

/// <param name="Failing">What the trial would newly fail; null until it is done.</param>
/// <param name="InEffect">The number of the one that holds.</param>
public sealed record RulesetModel(
    RulesetDetails Ruleset, Page<TriedLine>? Failing, int InEffect, bool MayChange, IReadOnlyList<Problem> Problems, string Reason)
{
    public string Url => RulesetPages.Url(Ruleset.Row.Number);
}
