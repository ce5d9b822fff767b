using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Catalog.Rules;

/// <summary>How the catalog, or a team's part of it, stands by the rules.</summary>
internal static class GuardrailPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/guardrails", ShowAsync);
        pages.MapGet("/guardrails/rules", () => Page.Show<RulesPage, RulesModel>(new()));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string? team, int? page, int? teams, GuardrailReader guardrails, RulesetReader rulesets, CancellationToken cancellation)
    {
        var actor = context.Actor();
        var chosen = string.IsNullOrEmpty(team) ? null : team;
        return Page.Show<GuardrailsPage, GuardrailsModel>(new(
            chosen, await MineAsync(context, actor, cancellation), await rulesets.NumberInEffectAsync(cancellation), await guardrails.TotalsAsync(actor, chosen, cancellation),
            await guardrails.WorstAsync(actor, chosen, new(page ?? 1, 20), cancellation), await guardrails.MostCommonAsync(actor, chosen, cancellation),
            chosen is null ? await guardrails.TeamsAsync(actor, new(teams ?? 1, 10), cancellation) : null));
    }

    private static async Task<IReadOnlyList<TeamTab>> MineAsync(HttpContext context, Actor actor, CancellationToken cancellation)
    {
        await using var db = await context.DbAsync(cancellation);
        return await db.Teams.WithMember(actor).OrderBy(t => t.Title).Select(t => new TeamTab(t.Name, t.Title)).ToListAsync(cancellation);
    }
}

public sealed record TeamTab(string Name, string Title);

public sealed record RulesModel;

/// <param name="Team">Null for the whole catalog.</param>
/// <param name="Mine">The reader's teams.</param>
/// <param name="Ruleset">The number of the one in effect.</param>
public sealed record GuardrailsModel(
    string? Team, IReadOnlyList<TeamTab> Mine, int Ruleset, GuardrailTotals Totals, Page<ScoredLine> Worst, IReadOnlyList<CommonRule> Rules, Page<TeamScore>? Teams)
{
    public string Url(int page, int teams = 1) => $"/guardrails?team={Uri.EscapeDataString(Team ?? "")}&page={page}&teams={teams}";
}
