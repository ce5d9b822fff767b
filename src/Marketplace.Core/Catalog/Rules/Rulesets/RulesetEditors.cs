using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Rules.Rulesets;

/// <summary>The team that keeps the rules of the catalog; a null name for none.</summary>
public sealed record PlatformTeam(string? Name);

/// <summary>Who writes rulesets, tries them and puts them into effect: owners of the platform team, besides administrators and security officers.</summary>
public sealed class RulesetEditors(IDbContextFactory<MarketplaceDb> databases, PlatformTeam platform)
{
    public static Problem NotYours { get; } = new(
        Problem.Forbidden, "Only owners of the platform team, administrators and security officers change the ruleset. Tell them what you miss.");

    public async Task<bool> IncludeAsync(Actor actor, CancellationToken cancellation)
    {
        // An auditor changes nothing, in whatever team.
        if (actor.Role is { } role)
            return role is PlatformRole.Administrator or PlatformRole.SecurityOfficer;
        if (platform.Name is null)
            return false;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Teams.WithOwner(actor).AnyAsync(t => t.Name == platform.Name, cancellation);
    }
}
