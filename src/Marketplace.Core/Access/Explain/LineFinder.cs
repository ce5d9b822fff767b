using Marketplace.Contracts.Policy;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Access.Explain;

/// <summary>Which line a call was to: the one that is named, or that the token is for, or that has the address and the endpoint.</summary>
internal static class LineFinder
{
    private const int MostTried = 50;

    /// <param name="audience">The token's, or what was given in place of names.</param>
    public static async Task<List<AskedLine>> FindAsync(
        MarketplaceDb db, Actor actor, CallQuestion question, string? audience, AskedApplication? application, CancellationToken cancellation)
    {
        var all = Lines(db, actor);
        if (question is { Api: { Length: > 0 } api, Version: { Length: > 0 } version })
        {
            var environment = question.Environment is { Length: > 0 } named ? named : null;
            var lines = await all.Where(l => l.Api == api && l.Version == version && (environment == null || l.Environment == environment)).ToListAsync(cancellation);
            return lines.Find(l => environment is not null || l.Audience == audience) is { } exact ? [exact]
                : lines.Find(l => l.Environment == DeploymentEnvironment.Production) is { } production ? [production] : lines;
        }

        if (audience is not null)
            return await all.Where(l => l.Audience == audience).ToListAsync(cancellation);
        return application is null || question.Target is null ? [] : await GuessAsync(db, all, question, application, cancellation);
    }

    /// <summary>Where the line is served, its own path left out: what a server strips before anybody decides.</summary>
    public static string PathOf(string target, AskedLine line)
    {
        if (line.Server is { } server && StartsWith(target, server.TrimEnd('/')))
            return CanonicalPath.OfTarget(target.AsSpan(server.TrimEnd('/').Length)) is { IsEmpty: false } rest ? rest.ToString() : "/";
        return CanonicalPath.OfTarget(target).ToString();
    }

    private static async Task<List<AskedLine>> GuessAsync(
        MarketplaceDb db, IQueryable<AskedLine> all, CallQuestion question, AskedApplication application, CancellationToken cancellation)
    {
        var (target, environment) = (question.Target!, question.Environment);
        var known = application.IsMine ? all : all.Where(l => l.IsMine);
        var near = await known
            .Where(l => string.IsNullOrEmpty(environment) || l.Environment == environment)
            .Where(l => (application.IsMine && l.Server != null && target.StartsWith(l.Server))
                || db.Grants.Any(g => g.ApiVersionId == l.Id && g.Environment == l.Environment && g.ApplicationId == application.Id)
                || db.AccessRequests.Any(r => r.ApplicationId == application.Id && r.Environment == l.Environment && r.Items.Any(i => i.Operation!.ApiVersionId == l.Id)))
            .OrderBy(l => l.Api).ThenBy(l => l.Version).ThenBy(l => l.Environment).Take(MostTried).ToListAsync(cancellation);
        if (near.Any(l => l.Server is { } server && StartsWith(target, server.TrimEnd('/'))))
            near = near.FindAll(l => l.Server is { } server && StartsWith(target, server.TrimEnd('/')));
        Guid[] ids = [.. near.Select(l => l.Id).Distinct()];
        var operations = (await db.Operations.Where(o => ids.Contains(o.ApiVersionId) && o.RemovedIn == null)
            .Select(o => new { o.ApiVersionId, Operation = new PolicyOperation(o.BitIndex, o.Key, o.Method, o.Path) }).ToListAsync(cancellation))
            .ToLookup(o => o.ApiVersionId, o => o.Operation);
        var matched = near.FindAll(l => new OperationMatcher(operations[l.Id], l.BasePath.TrimEnd('/')).Match(question.Method ?? "", PathOf(target, l)).Found);
        var found = matched.Count > 0 ? matched : near;
        return string.IsNullOrEmpty(environment) && found.Select(l => l.Id).Distinct().Count() == 1
            ? [found.Find(l => l.Environment == DeploymentEnvironment.Production) ?? found[0]]
            : found;
    }

    private static IQueryable<AskedLine> Lines(MarketplaceDb db, Actor actor)
    {
        var everything = actor.ReadsEverything;
        return from v in db.ApiVersions.VisibleTo(actor)
               from a in v.Audiences
               select new AskedLine
               {
                   Id = v.Id,
                   Api = v.Api!.Name,
                   Title = v.Api.Title,
                   Version = v.Version,
                   Team = v.Api.Team!.Title,
                   BasePath = v.BasePath,
                   Lifecycle = v.Lifecycle,
                   RetiredAt = v.RetiredAt,
                   IsMine = everything || v.Api.Team.Memberships.Any(m => m.PersonId == actor.Id),
                   Environment = a.Environment,
                   Audience = a.Uri,
                   Server = a.Server,
               };
    }

    // A server "https://bank.example" is not the beginning of "https://bank.example.org".
    private static bool StartsWith(string target, string server) =>
        target.StartsWith(server, StringComparison.OrdinalIgnoreCase) && (target.Length == server.Length || target[server.Length] is '/' or '?');
}
