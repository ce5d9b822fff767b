using System.Collections.Concurrent;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People;

/// <param name="Value">Shown now and never again.</param>
public sealed record CreatedAccessToken(Guid Id, string Value, DateTimeOffset ExpiresAt, IReadOnlyList<TokenScope> Scopes);

public sealed record AccessTokenRow(
    Guid Id, string Name, string Hint, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt);

/// <param name="Name">What it is for.</param>
/// <param name="Days">How long it lives.</param>
/// <param name="Scopes">What it may be used for.</param>
public sealed record NewAccessToken(string Name, int Days, IReadOnlyList<TokenScope> Scopes);

/// <summary>Whom a token speaks for, and for what.</summary>
public sealed record TokenBearer(Guid TokenId, Guid PersonId, string Name, PlatformRole? Role, string[] Scopes, DateTimeOffset ExpiresAt);

/// <summary>A person's own keys to the REST API.</summary>
public sealed class AccessTokens(IDbContextFactory<MarketplaceDb> databases, SecretHasher hasher, SignInRules rules, TimeProvider clock)
{
    public const int MaximumActive = 20;

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _used = new();

    private static readonly Func<MarketplaceDb, byte[], DateTimeOffset, CancellationToken, Task<TokenBearer?>> Bearer = EF.CompileAsyncQuery(
        (MarketplaceDb db, byte[] hash, DateTimeOffset now, CancellationToken _) => db.PersonalAccessTokens.AsNoTracking()
            .Where(t => t.TokenHash == hash && t.RevokedAt == null && t.ExpiresAt > now && t.Person!.DisabledAt == null)
            .Select(t => new TokenBearer(t.Id, t.PersonId, t.Person!.DisplayName, t.Person.PlatformRole, t.Scopes, t.ExpiresAt)).SingleOrDefault());

    public int MaximumDays => rules.TokenDays;

    /// <param name="actor">Whose it will be.</param>
    /// <param name="input">What it is to be.</param>
    /// <param name="by">The token with which it is asked for; it makes none that may do more or lives longer than itself.</param>
    /// <param name="cancellation">When nobody waits any more.</param>
    public async Task<Outcome<CreatedAccessToken>> CreateAsync(Actor actor, NewAccessToken input, TokenBearer? by, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        var scopes = input.Scopes.Distinct().Order().ToList();
        if (input.Name.Trim().Length is 0 or > 80)
            problems.Add(new("name_length", "Say in 1 to 80 characters what the token is for.", "name"));
        if (input.Days < 1 || input.Days > MaximumDays)
            problems.Add(new("days_range", $"A token lives 1 to {MaximumDays} days.", "days"));
        if (scopes.Count == 0)
            problems.Add(new("scopes_missing", "Choose what the token may be used for, at least one of it.", "scopes"));
        if (by is not null && scopes.Select(StoredEnum.ToWord).Except(by.Scopes, StringComparer.Ordinal).FirstOrDefault() is { } more)
            problems.Add(new("scope_exceeded", $"The token that you ask with lacks the scope {more}, so it cannot give it. Make the token on the page, or with your name and password.", "scopes"));
        if (problems.Count > 0)
            return problems;

        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync($"select 1 from person where id = {actor.Id} for update", cancellation);
        if (await db.PersonalAccessTokens.CountAsync(t => t.PersonId == actor.Id && t.RevokedAt == null && t.ExpiresAt > now, cancellation) >= MaximumActive)
            return new Problem("tokens_too_many", $"You have {MaximumActive} tokens; revoke one that is no longer used.");

        // With a password although those are off: as loud as a session of that kind, and as short.
        var isBreakGlass = actor.Credential == Actor.Password && !rules.Local;
        var longest = now + (isBreakGlass ? rules.Longest : TimeSpan.FromDays(input.Days));
        var secret = hasher.Create(SecretHasher.AccessTokenPrefix);
        var token = new PersonalAccessToken
        {
            PersonId = actor.Id,
            Name = input.Name.Trim(),
            Scopes = [.. scopes.Select(StoredEnum.ToWord)],
            TokenHash = secret.Hash,
            Hint = secret.Hint,
            CreatedAt = now,
            ExpiresAt = by is not null && by.ExpiresAt < longest ? by.ExpiresAt : longest,
        };
        db.Add(token);
        await db.SaveChangesAsync(cancellation);
        if (isBreakGlass)
            await AuditLog.AppendAsync(
                db, now, actor, new("session.break_glass", "person", actor.Id.ToString(), actor.Name, "Made an access token with a password although local sign-in is off.", new { by = "password", expires_at = token.ExpiresAt }), cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new AuditEntry("access_token.created", "person", actor.Id.ToString(), actor.Name, null, new { token = token.Id, token.Name, token.ExpiresAt, token.Scopes }), cancellation);
        await transaction.CommitAsync(cancellation);
        return new CreatedAccessToken(token.Id, secret.Value, token.ExpiresAt, scopes);
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
            db, now, actor, new AuditEntry("access_token.revoked", "person", actor.Id.ToString(), actor.Name, null, new { token = id, before = "in use", after = "revoked" }), cancellation);
        await transaction.CommitAsync(cancellation);
        return id;
    }

    /// <summary>All of a person's that hold; call it in the transaction of what ends them.</summary>
    internal static Task<int> RevokeAllAsync(MarketplaceDb db, Guid person, DateTimeOffset now, CancellationToken cancellation) =>
        db.PersonalAccessTokens.Where(t => t.PersonId == person && t.RevokedAt == null && t.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancellation);

    public async Task<IReadOnlyList<AccessTokenRow>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.PersonalAccessTokens.Where(t => t.PersonId == actor.Id).OrderByDescending(t => t.CreatedAt).Take(100)
            .Select(t => new AccessTokenRow(t.Id, t.Name, t.Hint, t.Scopes, t.CreatedAt, t.ExpiresAt, t.LastUsedAt, t.RevokedAt)).ToListAsync(cancellation);
    }

    /// <summary>The person a token speaks for; null for any token that does not hold.</summary>
    public async Task<TokenBearer?> AuthenticateAsync(string token, CancellationToken cancellation)
    {
        if (!token.StartsWith(SecretHasher.AccessTokenPrefix, StringComparison.Ordinal) || token.Length > 200)
            return null;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var bearer = await Bearer(db, hasher.Hash(token), now, cancellation);
        if (bearer is not null)
            _used[bearer.TokenId] = now;
        return bearer;
    }

    /// <summary>Writes when each token was last used, all in one statement.</summary>
    public async Task WriteUsedAsync(CancellationToken cancellation)
    {
        var used = _used.ToArray();
        if (used.Length == 0)
            return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            update personal_access_token t set last_used_at = used.at
            from unnest({used.Select(u => u.Key).ToArray()}, {used.Select(u => u.Value).ToArray()}) as used (id, at)
            where t.id = used.id and (t.last_used_at is null or t.last_used_at < used.at)
            """,
            cancellation);
        // What was used again meanwhile is written the next time.
        foreach (var one in used)
            _used.TryRemove(one);
    }
}
