using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Applications;

/// <param name="ClientId">The application.</param>
/// <param name="Label">Where it is used, so that somebody dares to remove it later.</param>
/// <param name="PublicKey">What <see cref="CredentialReader"/> reads; without it a client secret is made.</param>
/// <param name="ExpiresAt">Null for no end.</param>
/// <param name="Environment">The one environment that it gets tokens for; null for every one.</param>
/// <param name="JwksUri">Where the application publishes its public keys, instead of one.</param>
public sealed record AddCredentialInput(
    string ClientId, string Label, string? PublicKey = null, DateTimeOffset? ExpiresAt = null, string? JwksUri = null, string? Environment = null);

/// <param name="Secret">Shown now and never again; null when public keys were given.</param>
public sealed record AddedCredential(Guid Id, string? Secret);

/// <summary>Another secret or key beside the ones in use, so that rotation needs no downtime.</summary>
public sealed class AddCredential(IDbContextFactory<MarketplaceDb> databases, CredentialMaker maker, TimeProvider clock)
{
    public const int MaximumActive = 10;

    public async Task<Outcome<AddedCredential>> ExecuteAsync(Actor actor, AddCredentialInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // Whoever may not add one has nothing fetched.
        if (!await db.Applications.WithMember(actor).AnyAsync(a => a.ClientId == input.ClientId, cancellation))
            return NotTheirs;
        var credential = await maker.MakeAsync(input.PublicKey, input.JwksUri, input.Label.Trim(), cancellation);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync($"select 1 from application where client_id = {input.ClientId} for update", cancellation);
        var application = await db.Applications.WithMember(actor).SingleOrDefaultAsync(a => a.ClientId == input.ClientId, cancellation);
        if (application is null)
            return NotTheirs;

        var problems = new List<Problem>();
        if (application.DeletedAt is not null)
            return new Problem(Problem.Conflict, "This application is deleted; register another one.");
        if (input.Label.Trim().Length is 0 or > 80)
            problems.Add(new("label_length", "Say in 1 to 80 characters where this credential is used.", "label"));
        if (input.ExpiresAt <= now)
            problems.Add(new("expires_past", "Choose an expiry in the future, or none.", "expiresAt"));
        if (await CredentialMaker.EnvironmentFlawAsync(db, input.Environment, cancellation) is { } flaw)
            problems.Add(flaw);
        var active = await db.Credentials.CountAsync(
            c => c.ApplicationId == application.Id && c.RevokedAt == null && (c.ExpiresAt == null || c.ExpiresAt > now), cancellation);
        if (active >= MaximumActive)
            problems.Add(new("credentials_too_many", $"An application has at most {MaximumActive} credentials; revoke one that is no longer used."));
        if (!credential.Succeeded)
            problems.AddRange(credential.Problems);
        if (credential is { Succeeded: true, Value.NotAfter: { } end } && end <= now)
            problems.Add(new("certificate_expired", "This certificate has expired.", "publicKey"));
        if (problems.Count > 0)
            return problems;

        var stored = credential.Value!.For(application.Id, actor, now, input.ExpiresAt?.ToUniversalTime(), input.Environment);
        db.Add(stored);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry("credential.added", "application", application.Id.ToString(), application.ClientId, null, new { stored.Label, stored.Hint, environment = stored.Environment ?? "every" }),
            cancellation);
        await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Application, ApplicationId: application.Id)], cancellation);
        await transaction.CommitAsync(cancellation);
        return new AddedCredential(stored.Id, credential.Value.Secret);
    }

    private static Problem NotTheirs => new(Problem.NotFound, "There is no such application of your teams.");
}
