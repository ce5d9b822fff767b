using System.Security.Cryptography;
using System.Text;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Guides;

/// <summary>Any member of the API's team writes its guides.</summary>
public sealed class WriteGuide(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    public const int MaximumGuides = 100;
    public const int MaximumMarkdown = 100_000;

    /// <returns>The slug, made from the title.</returns>
    public async Task<Outcome<string>> AddAsync(Actor actor, string name, string title, string markdown, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await LockedAsync(db, actor, name, cancellation) is not { } api)
            return Unknown(name);
        var problems = Check(title, markdown);
        var others = await db.ApiGuides.Where(g => g.ApiId == api.Id).Select(g => new { g.Slug, g.Position }).ToListAsync(cancellation);
        if (others.Count >= MaximumGuides)
            problems.Add(new("guides_too_many", $"An API has at most {MaximumGuides} guides; join or remove some.", "title"));
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var stem = Slug.Of(title, "guide");
        var slug = Enumerable.Range(1, others.Count + 1).Select(n => n == 1 ? stem : $"{stem}-{n}").First(s => others.TrueForAll(o => o.Slug != s));
        var guide = new ApiGuide
        {
            ApiId = api.Id,
            Slug = slug,
            Title = title.Trim(),
            Position = others.Count == 0 ? 1 : others.Max(o => o.Position) + 1,
            Markdown = markdown,
            Revision = 1,
            UpdatedBy = actor.Id,
            UpdatedAt = now,
        };
        db.Add(guide);
        await db.SaveChangesAsync(cancellation);
        await Inbox.TellAsync(
            db, now, actor, new(NotificationKind.GuidePublished, $"{api.Title} has a new guide: {title.Trim()}", "", $"/apis/{name}/guides/{slug}"),
            new() { SubscribersOfApis = [api.Id] }, cancellation);
        await RecordAsync(db, actor, api, "guide.added", slug, null, Facts(guide), now, cancellation);
        await transaction.CommitAsync(cancellation);
        return slug;
    }

    /// <param name="basedOn">The revision that the writer has seen; another one by now is a conflict. Null to write over any.</param>
    /// <returns>The new revision.</returns>
    public async Task<Outcome<int>> ChangeAsync(
        Actor actor, string name, string slug, string title, string markdown, int? basedOn, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await LockedAsync(db, actor, name, cancellation) is not { } api
            || await db.ApiGuides.SingleOrDefaultAsync(g => g.ApiId == api.Id && g.Slug == slug, cancellation) is not { } guide)
            return Unknown(name, slug);
        var problems = Check(title, markdown);
        if (basedOn is { } seen && seen != guide.Revision)
            problems.Add(new(Problem.Conflict, "Somebody else has changed this guide meanwhile. Copy your text, open it again and add your change.", "markdown"));
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var before = Facts(guide);
        (guide.Title, guide.Markdown, guide.Revision, guide.UpdatedBy, guide.UpdatedAt) = (title.Trim(), markdown, guide.Revision + 1, actor.Id, now);
        await db.SaveChangesAsync(cancellation);
        await RecordAsync(db, actor, api, "guide.changed", slug, before, Facts(guide), now, cancellation);
        await transaction.CommitAsync(cancellation);
        return guide.Revision;
    }

    /// <param name="position">From 1; the others make room.</param>
    public async Task<Outcome<string>> MoveAsync(Actor actor, string name, string slug, int position, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await LockedAsync(db, actor, name, cancellation) is not { } api)
            return Unknown(name, slug);
        var guides = await db.ApiGuides.Where(g => g.ApiId == api.Id).OrderBy(g => g.Position).ThenBy(g => g.Slug).ToListAsync(cancellation);
        if (guides.Find(g => g.Slug == slug) is not { } moved)
            return Unknown(name, slug);
        var before = new { moved.Position };
        guides.Remove(moved);
        guides.Insert(Math.Clamp(position - 1, 0, guides.Count), moved);
        foreach (var (index, guide) in guides.Index())
            guide.Position = index + 1;
        await db.SaveChangesAsync(cancellation);
        await RecordAsync(db, actor, api, "guide.moved", slug, before, new { moved.Position }, clock.GetUtcNow(), cancellation);
        await transaction.CommitAsync(cancellation);
        return slug;
    }

    public async Task<Outcome<string>> RemoveAsync(Actor actor, string name, string slug, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await LockedAsync(db, actor, name, cancellation) is not { } api
            || await db.ApiGuides.SingleOrDefaultAsync(g => g.ApiId == api.Id && g.Slug == slug, cancellation) is not { } guide)
            return Unknown(name, slug);
        db.Remove(guide);
        await db.SaveChangesAsync(cancellation);
        await RecordAsync(db, actor, api, "guide.removed", slug, Facts(guide), null, clock.GetUtcNow(), cancellation);
        await transaction.CommitAsync(cancellation);
        return slug;
    }

    public static List<Problem> Check(string title, string markdown)
    {
        var problems = new List<Problem>();
        if (title.Trim().Length is 0 or > 120)
            problems.Add(new("title_length", "Give the guide a title of 1 to 120 characters.", "title"));
        if (string.IsNullOrWhiteSpace(markdown) || markdown.Length > MaximumMarkdown)
            problems.Add(new("markdown_length", $"Write 1 to {MaximumMarkdown} characters; split what is longer.", "markdown"));
        return problems;
    }

    /// <summary>The API if the actor is in its team; its row is held, so that the order of its guides changes one by one.</summary>
    private static async Task<Api?> LockedAsync(MarketplaceDb db, Actor actor, string name, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync($"select 1 from api where name = {name} for no key update", cancellation);
        return await db.Apis.SingleOrDefaultAsync(a => a.Name == name && a.Team!.Memberships.Any(m => m.PersonId == actor.Id), cancellation);
    }

    /// <summary>The text itself would outgrow the trail; by its hash anybody who has it can show that it was this one.</summary>
    private static object Facts(ApiGuide guide) =>
        new { guide.Title, guide.Revision, guide.Position, characters = guide.Markdown.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(guide.Markdown))) };

    private static Task RecordAsync(
        MarketplaceDb db, Actor actor, Api api, string action, string slug, object? before, object? after, DateTimeOffset now, CancellationToken cancellation) =>
        AuditLog.AppendAsync(db, now, actor, new AuditEntry(action, "api", api.Id.ToString(), api.Name, null, new { guide = slug, before, after }), cancellation);

    private static Problem Unknown(string api) => new(Problem.NotFound, $"There is no API {api} whose guides you may write: only its team may.");

    private static Problem Unknown(string api, string slug) => new(Problem.NotFound, $"There is no guide {slug} of {api} that you may change: only its team may.");
}
