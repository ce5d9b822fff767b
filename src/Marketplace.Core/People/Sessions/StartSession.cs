using System.Text;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Sessions;

/// <param name="Id">The session.</param>
/// <param name="Secret">What the cookie holds.</param>
/// <param name="ExpiresAt">When it ends, however much it is used.</param>
public sealed record StartedSession(Guid Id, string Secret, DateTimeOffset ExpiresAt);

/// <param name="Issuer">The identity provider.</param>
/// <param name="Session">Its "sid", if it says one.</param>
/// <param name="IdToken">What it wants back at sign-out.</param>
public sealed record ProviderSession(string Issuer, string? Session, string IdToken);

/// <param name="Source">The address.</param>
/// <param name="UserAgent">What the browser says that it is.</param>
public sealed record SessionOrigin(string Source, string UserAgent);

/// <summary>Opens a session for a person who has just proved who they are.</summary>
public sealed class StartSession(
    IDbContextFactory<MarketplaceDb> databases, SecretHasher hasher, MasterKey masterKey, SignInRules rules, TimeProvider clock) : IDisposable
{
    public const string SecretPrefix = "mkt_ses_";
    private readonly SealedBox _box = new(masterKey, "id-token");

    public async Task<StartedSession> ExecuteAsync(Person person, SessionOrigin origin, ProviderSession? provider, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var secret = hasher.Create(SecretPrefix);
        var session = new PersonSession
        {
            Id = id,
            PersonId = person.Id,
            SecretHash = secret.Hash,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now + rules.Longest,
            Source = origin.Source,
            UserAgent = Shown(origin.UserAgent),
            Issuer = provider?.Issuer,
            ProviderSession = provider?.Session,
            IdToken = provider is null ? null : _box.Seal(Encoding.UTF8.GetBytes(provider.IdToken), NameOf(id)),
        };
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        db.Add(session);
        await db.SaveChangesAsync(cancellation);
        var isBreakGlass = provider is null && !rules.Local;
        await AuditLog.AppendAsync(
            db, now, new(person.Id, person.DisplayName, person.PlatformRole, origin.Source) { Channel = "portal", Credential = $"session:{id}" },
            new(isBreakGlass ? "session.break_glass" : "session.started", "person", person.Id.ToString(), person.UserName,
                isBreakGlass ? "Signed in with a password although local sign-in is off." : null,
                new { by = provider?.Issuer ?? "password", expires_at = session.ExpiresAt }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return new(id, secret.Value, session.ExpiresAt);
    }

    internal string? Open(PersonSession session) =>
        session.IdToken is { } box ? Encoding.UTF8.GetString(_box.Open(box, NameOf(session.Id))) : null;

    public void Dispose() => _box.Dispose();

    private static string NameOf(Guid id) => $"person_session/{id}";

    private static string Shown(string userAgent) =>
        new([.. userAgent.Where(c => !char.IsControl(c)).Take(300)]);
}
