using System.Security.Cryptography;
using System.Text;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Applications;

/// <param name="Team">The owning team's name.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">What it does.</param>
/// <param name="PublicKey">What <see cref="CredentialReader"/> reads; without it a client secret is made.</param>
/// <param name="JwksUri">Where the application publishes its public keys, instead of one.</param>
/// <param name="Environment">The one environment that its first credential gets tokens for; null for every one.</param>
public sealed record RegisterApplicationInput(
    string Team, string Name, string Description, string? PublicKey = null, string? JwksUri = null, string? Environment = null);

/// <param name="Secret">Shown now and never again; null when public keys were given.</param>
public sealed record RegisteredApplication(Guid Id, string ClientId, string? Secret);

/// <summary>Any member of a team registers its applications.</summary>
public sealed class RegisterApplication(IDbContextFactory<MarketplaceDb> databases, CredentialMaker maker, TimeProvider clock)
{
    public async Task<Outcome<RegisteredApplication>> ExecuteAsync(Actor actor, RegisterApplicationInput input, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // Whoever may not register one has nothing fetched.
        var credential = await db.Teams.WithMember(actor).AnyAsync(t => t.Name == input.Team, cancellation)
            ? await maker.MakeAsync(input.PublicKey, input.JwksUri, "first", cancellation)
            : TeamUnknown;

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var problems = new List<Problem>();
        var name = input.Name.Trim();
        if (name.Length is < 2 or > 80 || name.Any(char.IsControl))
            problems.Add(new("name_length", "Give the application a name of 2 to 80 characters.", "name"));
        if (input.Description.Length > 2000)
            problems.Add(new("description_length", "The description may have at most 2000 characters.", "description"));
        if (await CredentialMaker.EnvironmentFlawAsync(db, input.Environment, cancellation) is { } flaw)
            problems.Add(flaw);
        if (!credential.Succeeded)
            problems.AddRange(credential.Problems);
        var team = await db.Teams.WithMember(actor).SingleOrDefaultAsync(t => t.Name == input.Team, cancellation);
        if (team is null && credential.Succeeded)
            problems.Add(TeamUnknown);
        if (problems.Count > 0)
            return problems;

        var application = new Application
        {
            ClientId = ClientIdFor(name),
            Name = name,
            Description = input.Description.Trim(),
            TeamId = team!.Id,
            CreatedBy = actor.Id,
            CreatedAt = now,
        };
        db.AddRange(application, credential.Value!.For(application.Id, actor, now, expiresAt: null, input.Environment));
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new Problem("name_taken", $"{team.Title} already has an application named {name}.", "name");
        }

        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "application.registered", "application", application.Id.ToString(), application.ClientId, null,
                new { name, team = team.Name, credential = credential.Value.Hint, environment = input.Environment ?? "every" }),
            cancellation);
        await PolicyLog.AppendAsync(db, now, [new(PolicyChangeKind.Application, ApplicationId: application.Id)], cancellation);
        await transaction.CommitAsync(cancellation);
        return new RegisteredApplication(application.Id, application.ClientId, credential.Value.Secret);
    }

    private static Problem TeamUnknown => new("team_unknown", "Choose a team that you are a member of.", "team");

    /// <summary>Readable in logs, and not to be guessed from the name alone.</summary>
    private static string ClientIdFor(string name)
    {
        var slug = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(c);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        var stem = slug.ToString().Trim('-');
        stem = stem.Length == 0 ? "app" : stem[..Math.Min(stem.Length, 40)].Trim('-');
        return $"{stem}-{RandomNumberGenerator.GetString("23456789abcdefghjkmnpqrstuvwxyz", 6)}";
    }
}
