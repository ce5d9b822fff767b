using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification.Unused;

/// <summary>What one application holds of one line in one environment.</summary>
public sealed record NarrowingTarget(string Application, string Api, string Version, string Environment)
{
    internal UnusedFilter Filter => new(Api, Version, Application, Environment);

    internal string Name => $"{Application} → {Api} {Version}";

    /// <summary>Both ends, held until the transaction ends, so that it is asked or narrowed once. Null when either is not there to see.</summary>
    internal async Task<Ends?> HeldAsync(MarketplaceDb db, Actor actor, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync($"select 1 from application where client_id = {Application} for no key update", cancellation);
        var line = await db.ApiVersions.Where(v => v.Api!.Name == Api && v.Version == Version)
            .Select(v => new { v.Id, v.Api!.Title, v.Api.TeamId, IsOwner = v.Api.Team!.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner) })
            .SingleOrDefaultAsync(cancellation);
        var application = await db.Applications.Where(a => a.ClientId == Application)
            .Select(a => new { a.Id, a.Name, a.TeamId, IsMine = a.Team!.Memberships.Any(m => m.PersonId == actor.Id) }).SingleOrDefaultAsync(cancellation);
        return line is null || application is null
            ? null
            : new(line.Id, $"{line.Title} {Version}", line.TeamId, line.IsOwner || actor.Role is PlatformRole.SecurityOfficer, application.Id, application.Name, application.TeamId, application.IsMine);
    }

    internal sealed record Ends(Guid Line, string Title, Guid ApiTeam, bool MayAsk, Guid ApplicationId, string ApplicationName, Guid ApplicationTeam, bool MayGiveUp);

    internal static readonly Problem NothingUnused = new(
        "nothing_unused", "Nothing here is known to be unused for 90 days: there is nothing to give up.");

    internal static string Endpoints(int count) => count == 1 ? "1 endpoint" : $"{count:N0} endpoints";
}
