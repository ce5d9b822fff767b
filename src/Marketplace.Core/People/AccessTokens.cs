using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People;

/// <param name="Value">Shown now and never again.</param>
public sealed record CreatedAccessToken(Guid Id, string Value, DateTimeOffset ExpiresAt);

public sealed record AccessTokenRow(Guid Id, string Name, string Hint, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt);

/// <summary>A person's own keys to the REST API.</summary>
public sealed class AccessTokens(IDbContextFactory<MarketplaceDb> databases, SecretHasher hasher, TimeProvider clock)
{
    public const int MaximumDays = 366;
    public const int MaximumActive = 20;

    private static readonly Func<MarketplaceDb, byte[], DateTimeOffset, CancellationToken, Task<Person?>> Bearer = EF.CompileAsyncQuery(
        (MarketplaceDb db, byte[] hash, DateTimeOffset now, CancellationToken _) => db.PersonalAccessTokens.AsNoTracking()
            .Where(t => t.TokenHash == hash && t.RevokedAt == null && t.ExpiresAt > now && t.Person!.DisabledAt == null)
            .Select(t => t.Person).SingleOrDefault());

    public async Task<Outcome<CreatedAccessToken>> CreateAsync(Actor actor, string name, int days, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        if (name.Trim().Length is 0 or > 80)
            problems.Add(new("name_length", "Say in 1 to 80 characters what the token is for.", "name"));
        if (days is < 1 or > MaximumDays)
            problems.Add(new("days_range", $"A token lives 1 to {MaximumDays} days.", "days"));
        if (problems.Count > 0)
            return problems;

        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync($"select 1 from person where id = {actor.Id} for update", cancellation);
        if (await db.PersonalAccessTokens.CountAsync(t => t.PersonId == actor.Id && t.RevokedAt == null && t.ExpiresAt > now, cancellation) >= MaximumActive)
            return new Problem("tokens_too_many", $"You have {MaximumActive} tokens; revoke one that is no longer used.");

        var secret = hasher.Create(SecretHasher.AccessTokenPrefix);
        var token = new PersonalAccessToken
        {
            PersonId = actor.Id,
            Name = name.Trim(),
            TokenHash = secret.Hash,
            Hint = secret.Hint,
            CreatedAt = now,
            ExpiresAt = now.AddDays(days),
        };
        db.Add(token);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new AuditEntry("access_token.created", "person", actor.Id.ToString(), actor.Name, null, new { token.Name, token.ExpiresAt }), cancellation);
        await transaction.CommitAsync(cancellation);
        return new CreatedAccessToken(token.Id, secret.Value, token.ExpiresAt);
    }

    public async Task<Outcome<Guid>> RevokeAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var revoked = await db.PersonalAccessTokens.Where(t => t.Id == id && t.PersonId == actor.Id && t.RevokedAt == null)
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.RevokedAt, now), cancellation);
        if (revoked == 0)
            return new Problem(Problem.NotFound, "You have no such token in use.");
        await AuditLog.AppendAsync(
            db, now, actor, new AuditEntry("access_token.revoked", "person", actor.Id.ToString(), actor.Name, null, new { token = id }), cancellation);
        await transaction.CommitAsync(cancellation);
        return id;
    }

    public async Task<IReadOnlyList<AccessTokenRow>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.PersonalAccessTokens.Where(t => t.PersonId == actor.Id).OrderByDescending(t => t.CreatedAt).Take(100)
            .Select(t => new AccessTokenRow(t.Id, t.Name, t.Hint, t.CreatedAt, t.ExpiresAt, t.RevokedAt)).ToListAsync(cancellation);
    }

    /// <summary>The person a token speaks for; null for any token that does not hold.</summary>
    public async Task<Person?> AuthenticateAsync(string token, CancellationToken cancellation)
    {
        if (!token.StartsWith(SecretHasher.AccessTokenPrefix, StringComparison.Ordinal) || token.Length > 200)
            return null;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Bearer(db, hasher.Hash(token), clock.GetUtcNow(), cancellation);
    }
}
