using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy.Shadow;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog;

/// <param name="Version">Such as <c>v1</c>.</param>
/// <param name="Lifecycle">Where it stands.</param>
/// <param name="SunsetAt">When a deprecated line ends.</param>
/// <param name="Operations">Published now.</param>
public sealed record VersionRow(string Version, Lifecycle Lifecycle, DateTimeOffset? SunsetAt, int Operations);

/// <param name="Versions">Those that the reader may see, newest first.</param>
/// <param name="Owners">Display names of the people who decide requests.</param>
/// <param name="MayPublish">The reader is one of them.</param>
/// <param name="IsMember">The reader is in the team, as owner or developer.</param>
public sealed record ApiDetails(
    string Name, string Title, string Summary, string Team, string TeamTitle, Classification Classification,
    IReadOnlyList<VersionRow> Versions, IReadOnlyList<string> Owners, bool MayPublish, bool IsMember,
    Contacts Contacts, FollowState Following, int Guides, int Questions);

/// <summary>What the reader made of an API, and how many have a star on it.</summary>
public sealed record FollowState(bool Starred, bool Subscribed, int Stars);

/// <param name="Successor">The line that takes the place of one that ends.</param>
/// <param name="IsOverdue">Its end has passed, and nobody has retired it.</param>
/// <param name="Revision">The newest revision's number; 0 before the first.</param>
/// <param name="DocumentTitle">The document's own title.</param>
/// <param name="DocumentVersion">The document's own version.</param>
/// <param name="Openapi">Which OpenAPI it is written in.</param>
/// <param name="Tags">All tags of the published operations.</param>
public sealed record VersionDetails(
    Guid Id, string Version, Lifecycle Lifecycle, DateTimeOffset? SunsetAt, string BasePath, IReadOnlyDictionary<string, string> Audiences,
    int Operations, int Revision, string? DocumentTitle, string? DocumentVersion, string? Openapi,
    DateTimeOffset? PublishedAt, string? PublishedBy, IReadOnlyList<string> Tags,
    DateTimeOffset? DeprecatedAt, DateTimeOffset? RetiredAt, SuccessorRow? Successor, bool IsOverdue)
{
    /// <summary>Where it is served in each environment, as far as its owners have said.</summary>
    public IReadOnlyDictionary<string, string> Servers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Until when it lets through what it would refuse, by environment; for its team and those who read everything.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Shadow { get; init; } = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
}

public sealed record SuccessorRow(string Api, string Title, string Version, Lifecycle Lifecycle);

/// <param name="NotEnforceable">Why nobody can be granted it; null when it can be requested.</param>
public sealed record OperationRow(
    Guid Id, string Key, string Method, string Path, string Summary, string Description, IReadOnlyList<string> Tags, bool Deprecated,
    string? NotEnforceable, int AddedIn);

/// <param name="Text">Part of the path, key or summary.</param>
/// <param name="Method">In upper case.</param>
/// <param name="Tag">One tag.</param>
public sealed record OperationFilter(string? Text = null, string? Method = null, string? Tag = null);

public sealed record RevisionRow(
    int Number, string Title, string DocumentVersion, string Openapi, DocumentFormat Format, string Sha256, int Operations,
    DateTimeOffset PublishedAt, string PublishedBy);

/// <param name="Text">JSON, or the text as it was published.</param>
/// <param name="Format">Of <paramref name="Text"/>.</param>
/// <param name="Sha256">Of the bytes as they were published; a good ETag.</param>
/// <param name="Facts">What its lifecycle says, of a line that ends; in the JSON as well.</param>
public sealed record DocumentText(string Text, DocumentFormat Format, int Number, string Sha256, LifecycleFacts? Facts)
{
    /// <summary>Another for every other answer.</summary>
    public string TagOf(bool original) => original ? $"{Sha256[..32]}-o" : Facts is null ? Sha256[..32] : $"{Sha256[..32]}-{Facts.Tag}";
}

/// <summary>What the API's pages show. Null is "there is none that you may see".</summary>
public sealed class CatalogReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public async Task<ApiDetails?> FindApiAsync(Actor actor, string name, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var api = await db.Apis.Where(a => a.Name == name).Select(a => new
        {
            a.Id, a.Name, a.Title, a.Summary, Team = a.Team!.Name, TeamTitle = a.Team.Title, a.Classification,
            Owners = a.Team.Memberships.Where(m => m.Role == TeamRole.Owner).OrderBy(m => m.Person!.DisplayName).Select(m => m.Person!.DisplayName).ToList(),
            IsMember = a.Team.Memberships.Any(m => m.PersonId == actor.Id),
            Contacts = new Contacts(a.ContactChannel, a.ContactEmail, a.ContactUrl),
            Following = new FollowState(
                db.ApiStars.Any(s => s.ApiId == a.Id && s.PersonId == actor.Id), db.ApiSubscriptions.Any(s => s.ApiId == a.Id && s.PersonId == actor.Id),
                db.ApiStars.Count(s => s.ApiId == a.Id)),
            Guides = db.ApiGuides.Count(g => g.ApiId == a.Id),
            Questions = db.Questions.Count(q => q.ApiId == a.Id && q.RemovedAt == null),
            IsOwner = a.Team.Memberships.Any(m => m.PersonId == actor.Id && m.Role == TeamRole.Owner),
        }).SingleOrDefaultAsync(cancellation);
        if (api is null)
            return null;
        var versions = await db.ApiVersions.Where(v => v.ApiId == api.Id).VisibleTo(actor)
            .OrderByDescending(v => v.Version.Length).ThenByDescending(v => v.Version)
            .Select(v => new VersionRow(v.Version, v.Lifecycle, v.SunsetAt, v.Operations.Count(o => o.RemovedIn == null)))
            .ToListAsync(cancellation);
        // An API with nothing but drafts is as unknown as they are.
        return versions.Count == 0 && !api.IsMember && !actor.ReadsEverything
            ? null
            : new ApiDetails(api.Name, api.Title, api.Summary, api.Team, api.TeamTitle, api.Classification, versions, api.Owners, api.IsOwner, api.IsMember,
                api.Contacts, api.Following, api.Guides, api.Questions);
    }

    public async Task<VersionDetails?> FindVersionAsync(Actor actor, string api, string version, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var line = await Lines(db, actor, api, version).Include(v => v.Audiences).Include(v => v.Successor!.Api).AsNoTracking().SingleOrDefaultAsync(cancellation);
        if (line is null)
            return null;
        var current = db.Operations.Where(o => o.ApiVersionId == line.Id && o.RemovedIn == null);
        var count = await current.CountAsync(cancellation);
        var tags = await current.SelectMany(o => o.Tags).Distinct().OrderBy(t => t).ToListAsync(cancellation);
        var newest = (await Revisions(db, line.Id).Take(1).ToListAsync(cancellation)).FirstOrDefault();
        var now = clock.GetUtcNow();
        var shadow = await db.ShadowModes
            .Where(s => s.ApiVersionId == line.Id && s.BeganAt != null && s.Until > now && db.ApiVersions.WatchedBy(actor).Any(v => v.Id == s.ApiVersionId && v.Lifecycle != Lifecycle.Retired))
            .ToDictionaryAsync(s => s.Environment, s => s.Until, StringComparer.Ordinal, cancellation);
        return new VersionDetails(
            line.Id, line.Version, line.Lifecycle, line.SunsetAt, line.BasePath,
            line.Audiences.ToDictionary(a => a.Environment, a => a.Uri, StringComparer.Ordinal),
            count, line.Revision, newest?.Title, newest?.DocumentVersion, newest?.Openapi, newest?.PublishedAt, newest?.PublishedBy, tags,
            line.DeprecatedAt, line.RetiredAt,
            line.Successor is { } next ? new SuccessorRow(next.Api!.Name, next.Api.Title, next.Version, next.Lifecycle) : null,
            line.Lifecycle is Lifecycle.Deprecated && line.SunsetAt <= now)
        {
            Shadow = shadow,
            Servers = line.Audiences.Where(a => a.Server is not null).ToDictionary(a => a.Environment, a => a.Server!, StringComparer.Ordinal),
        };
    }

    /// <summary>The published operations; null when there is no such line to see.</summary>
    public async Task<Page<OperationRow>?> OperationsAsync(
        Actor actor, string api, string version, OperationFilter filter, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await Lines(db, actor, api, version).Select(v => (Guid?)v.Id).SingleOrDefaultAsync(cancellation) is not { } line)
            return null;
        var operations = db.Operations.Where(o => o.ApiVersionId == line && o.RemovedIn == null);
        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var like = "%" + Like.Escape(filter.Text.Trim()) + "%";
            operations = operations.Where(o => EF.Functions.ILike(o.Path, like) || EF.Functions.ILike(o.Key, like) || EF.Functions.ILike(o.Summary, like));
        }
        if (!string.IsNullOrEmpty(filter.Method))
            operations = operations.Where(o => o.Method == filter.Method);
        if (!string.IsNullOrEmpty(filter.Tag))
            operations = operations.Where(o => o.Tags.Contains(filter.Tag));
        return await operations.OrderBy(o => o.Path).ThenBy(o => o.Method).ThenBy(o => o.BitIndex)
            .Select(o => new OperationRow(o.Id, o.Key, o.Method, o.Path, o.Summary, o.Description, o.Tags, o.Deprecated, o.NotEnforceable, o.AddedIn))
            .ToPageAsync(page, cancellation);
    }

    /// <summary>One published operation.</summary>
    public async Task<OperationRow?> OperationAsync(Actor actor, string api, string version, string key, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Lines(db, actor, api, version).SelectMany(v => v.Operations).Where(o => o.RemovedIn == null && o.Key == key)
            .Select(o => new OperationRow(o.Id, o.Key, o.Method, o.Path, o.Summary, o.Description, o.Tags, o.Deprecated, o.NotEnforceable, o.AddedIn))
            .SingleOrDefaultAsync(cancellation);
    }

    public async Task<Page<RevisionRow>?> RevisionsAsync(Actor actor, string api, string version, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Lines(db, actor, api, version).Select(v => (Guid?)v.Id).SingleOrDefaultAsync(cancellation) is { } line
            ? await Revisions(db, line).ToPageAsync(page, cancellation)
            : null;
    }

    /// <param name="actor">Who reads.</param>
    /// <param name="api">The API's name.</param>
    /// <param name="version">The line.</param>
    /// <param name="number">A revision; null for the newest.</param>
    /// <param name="original">As it was given, instead of as JSON.</param>
    /// <param name="cancellation">Ends the read.</param>
    public async Task<DocumentText?> DocumentAsync(Actor actor, string api, string version, int? number, bool original, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var found = await Lines(db, actor, api, version)
            .SelectMany(v => db.SpecRevisions.Where(r => r.ApiVersionId == v.Id && r.Number == (number ?? v.Revision)), (v, r) => new
            {
                Text = original ? r.Original : r.Document, r.Format, r.Number, r.Sha256,
                v.Lifecycle, v.DeprecatedAt, SunsetAt = v.RetiredAt ?? v.SunsetAt,
                Successor = v.Successor == null ? null : v.Successor.Api!.Name + "/" + v.Successor.Version,
            })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;
        var facts = found.DeprecatedAt is { } since ? new LifecycleFacts(found.Lifecycle, since, found.SunsetAt, found.Successor) : null;
        var text = original || facts is null ? found.Text : facts.WriteInto(found.Text);
        return new DocumentText(text, original ? found.Format : DocumentFormat.Json, found.Number, Convert.ToHexStringLower(found.Sha256), facts);
    }

    private static IQueryable<ApiVersion> Lines(MarketplaceDb db, Actor actor, string api, string version) =>
        db.ApiVersions.VisibleTo(actor).Where(v => v.Api!.Name == api && v.Version == version);

    private static IQueryable<RevisionRow> Revisions(MarketplaceDb db, Guid line) =>
        db.SpecRevisions.Where(r => r.ApiVersionId == line).OrderByDescending(r => r.Number).Select(r => new RevisionRow(
            r.Number, r.Title, r.DocumentVersion, r.Openapi, r.Format, Convert.ToHexStringLower(r.Sha256), r.OperationCount,
            r.PublishedAt, db.People.Where(p => p.Id == r.PublishedBy).Select(p => p.DisplayName).Single()));
}
