using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Recertification;

/// <summary>Which grants a campaign is about, by name; what is null is left open.</summary>
/// <param name="Api">Of one API.</param>
/// <param name="Version">Of one line of it.</param>
/// <param name="ApiTeam">Of one team's APIs.</param>
/// <param name="Application">Of one application, by its client id.</param>
/// <param name="ApplicationTeam">Of one team's applications.</param>
/// <param name="Classification">Of APIs with such data.</param>
/// <param name="Environment">In one environment.</param>
public sealed record CampaignScope(
    string? Api = null, string? Version = null, string? ApiTeam = null, string? Application = null, string? ApplicationTeam = null,
    Classification? Classification = null, string? Environment = null)
{
    /// <summary>Such as "payments v1, in production".</summary>
    public string Sentence
    {
        get
        {
            string?[] parts =
            [
                Api is null ? null : Version is null ? Api : $"{Api} {Version}",
                ApiTeam is null ? null : $"APIs of team {ApiTeam}",
                Application is null ? null : $"application {Application}",
                ApplicationTeam is null ? null : $"applications of team {ApplicationTeam}",
                Classification is { } data ? $"{StoredEnum.ToWord(data)} data" : null,
                Environment is null ? null : $"in {Environment}",
            ];
            return parts.Any(p => p is not null) ? string.Join(", ", parts.Where(p => p is not null)) : "every grant";
        }
    }

    internal sealed record Ids(Guid? Api, Guid? Version, Guid? ApiTeam, Guid? Application, Guid? ApplicationTeam);

    /// <summary>What the names stand for, or everything that is wrong with them. Owners ask about their own APIs alone.</summary>
    internal async Task<(Ids Ids, List<Problem> Problems)> ResolveAsync(MarketplaceDb db, Actor actor, CancellationToken cancellation)
    {
        List<Problem> problems = [];
        var apis = actor.ReadsEverything ? db.Apis : db.Apis.WithOwner(actor);
        var teams = actor.ReadsEverything ? db.Teams : db.Teams.WithOwner(actor);
        var api = await apis.Where(a => a.Name == Api).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellation);
        var version = await db.ApiVersions.Where(v => v.ApiId == api && v.Version == Version).Select(v => (Guid?)v.Id).SingleOrDefaultAsync(cancellation);
        var apiTeam = await teams.Where(t => t.Name == ApiTeam).Select(t => (Guid?)t.Id).SingleOrDefaultAsync(cancellation);
        // An owner learns of no application that never had access to what is theirs.
        var applications = actor.ReadsEverything
            ? db.Applications
            : db.Applications.Where(a => a.Team!.Memberships.Any(m => m.PersonId == actor.Id) || db.Grants.Any(g => g.ApplicationId == a.Id && apis.Any(own => own.Id == g.ApiVersion!.ApiId)));
        var application = await applications.Where(a => a.ClientId == Application).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellation);
        var applicationTeam = await db.Teams.Where(t => t.Name == ApplicationTeam).Select(t => (Guid?)t.Id).SingleOrDefaultAsync(cancellation);
        var own = actor.ReadsEverything ? "" : " that you own";
        Missing(Api, api, "api_unknown", $"There is no API {Api}{own}.", "api");
        Missing(Version, Api is null ? null : version ?? (api is null ? Guid.Empty : null), "version_unknown", Api is null ? "Name the API whose version it is." : $"{Api} has no version {Version}.", "version");
        Missing(ApiTeam, apiTeam, "team_unknown", $"There is no team {ApiTeam}{own}.", "apiTeam");
        Missing(Application, application, "application_unknown", $"There is no application with the client id {Application}{(actor.ReadsEverything ? "" : " and access to an API that you own")}.", "application");
        Missing(ApplicationTeam, applicationTeam, "team_unknown", $"There is no team {ApplicationTeam}.", "applicationTeam");
        if (Environment is not null && !await db.Environments.AnyAsync(e => e.Name == Environment, cancellation))
            problems.Add(new("environment_unknown", "Choose sandbox or production.", "environment"));
        if (!actor.ReadsEverything && Api is null && ApiTeam is null)
            problems.Add(new("scope_missing", "Name an API that you own, or the team whose APIs you own.", "api"));
        return (new(api, version, apiTeam, application, applicationTeam), problems);

        void Missing(string? name, Guid? found, string code, string message, string field)
        {
            if (name is not null && found is null)
                problems.Add(new(code, message, field));
        }
    }
}
