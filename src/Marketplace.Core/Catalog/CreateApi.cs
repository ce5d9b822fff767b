using System.Text.RegularExpressions;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Catalog;

/// <param name="Team">The owning team's name.</param>
/// <param name="Name">The slug in URLs and audiences: lower-case letters, digits and hyphens. It cannot change later.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Summary">What it is for, in a sentence or two.</param>
/// <param name="Classification">Of the data that it carries.</param>
public sealed record CreateApiInput(string Team, string Name, string Title, string Summary, Classification Classification);

/// <summary>An owner of a team makes an API of that team. Its lines come with <see cref="Publishing.PublishSpec"/>.</summary>
public sealed partial class CreateApi(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>What <see cref="ExecuteAsync"/> would refuse, without doing it: for a form that takes the first document as well.</summary>
    public async Task<IReadOnlyList<Problem>> CheckAsync(Actor actor, CreateApiInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return (await CheckAsync(db, actor, input, cancellation)).Problems;
    }

    public async Task<Outcome<Api>> ExecuteAsync(Actor actor, CreateApiInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var (team, problems) = await CheckAsync(db, actor, input, cancellation);
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var api = new Api
        {
            Name = input.Name,
            Title = input.Title.Trim(),
            Summary = input.Summary.Trim(),
            TeamId = team!.Id,
            Classification = input.Classification,
            CreatedAt = now,
        };
        db.Add(api);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Taken(input.Name);
        }
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry("api.created", "api", api.Id.ToString(), api.Name, null, new { team = team.Name, classification = StoredEnum.ToWord(api.Classification) }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return api;
    }

    private static async Task<(Team? Team, List<Problem> Problems)> CheckAsync(
        MarketplaceDb db, Actor actor, CreateApiInput input, CancellationToken cancellation)
    {
        var problems = Check(input.Title, input.Summary, input.Classification);
        var team = await db.Teams.WithOwner(actor).SingleOrDefaultAsync(t => t.Name == input.Team, cancellation);
        if (team is null)
            problems.Add(new("team_unknown", "Choose a team that you are an owner of.", "team"));
        if (!Slug().IsMatch(input.Name))
            problems.Add(new("name_invalid", "Use 2 to 63 lower-case letters, digits and hyphens, a letter first.", "name"));
        else if (await db.Apis.AnyAsync(a => a.Name == input.Name, cancellation))
            problems.Add(Taken(input.Name));
        return (team, problems);
    }

    internal static List<Problem> Check(string title, string summary, Classification classification)
    {
        var problems = new List<Problem>();
        if (title.Trim().Length is 0 or > 120)
            problems.Add(new("title_length", "Give the API a title of 1 to 120 characters.", "title"));
        if (summary.Trim().Length > 1000)
            problems.Add(new("summary_length", "The summary may have at most 1000 characters.", "summary"));
        if (!Enum.IsDefined(classification))
            problems.Add(new("classification_unknown", "Choose public, internal, confidential or restricted.", "classification"));
        return problems;
    }

    private static Problem Taken(string name) => new("name_taken", $"There is an API named {name} already.", "name");

    [GeneratedRegex(@"^[a-z][a-z0-9-]{1,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Slug();
}
