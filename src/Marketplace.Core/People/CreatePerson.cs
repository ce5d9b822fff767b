using System.Text.RegularExpressions;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.People.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People;

public sealed record CreatePersonInput(string UserName, string DisplayName, string? Email, PlatformRole? Role, string Password);

/// <summary>A local account, made by an administrator; or by the embedded default for its demo people.</summary>
public sealed partial class CreatePerson(IDbContextFactory<MarketplaceDb> databases, IPasswordHasher<Person> hasher, TimeProvider clock)
{
    public const int MinimumPassword = 12;

    public async Task<Outcome<Person>> ExecuteAsync(Actor actor, CreatePersonInput input, CancellationToken cancellation)
    {
        if (!actor.IsAdministrator)
            return new Problem(Problem.Forbidden, "Only an administrator makes accounts; ask one.");

        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var normalized = input.UserName.ToUpperInvariant();
        var problems = new List<Problem>();
        if (!UserName().IsMatch(input.UserName))
            problems.Add(new("user_name_invalid", "Use 2 to 63 lower-case letters, digits, dots and hyphens, a letter first.", "userName"));
        else if (await db.People.AnyAsync(p => p.NormalizedUserName == normalized, cancellation))
            problems.Add(new("user_name_taken", $"There is a person named {input.UserName} already.", "userName"));
        if (input.DisplayName.Trim().Length is 0 or > 80)
            problems.Add(new("display_name_length", "Give a name of 1 to 80 characters.", "displayName"));
        if (input.Password.Length is < MinimumPassword or > 128)
            problems.Add(new("password_length", $"A password has {MinimumPassword} to 128 characters.", "password"));
        if (problems.Count > 0)
            return problems;

        var now = clock.GetUtcNow();
        var person = new Person
        {
            UserName = input.UserName,
            NormalizedUserName = normalized,
            DisplayName = input.DisplayName.Trim(),
            Email = string.IsNullOrWhiteSpace(input.Email) ? null : input.Email.Trim(),
            PlatformRole = input.Role,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            CreatedAt = now,
        };
        person.PasswordHash = hasher.HashPassword(person, input.Password);
        db.Add(person);
        await db.SaveChangesAsync(cancellation);
        if (input.Role is { } given)
            await AccountNews.TellAsync(db, now, actor, person, $"An account was made for {person.DisplayName}, {AccountNews.Called(given)}", cancellation);
        await AuditLog.AppendAsync(
            db, now, actor,
            new AuditEntry(
                "person.created", "person", person.Id.ToString(), person.UserName, null,
                new { role = input.Role is { } role ? StoredEnum.ToWord(role) : null }),
            cancellation);
        await transaction.CommitAsync(cancellation);
        return person;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9.-]{1,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserName();
}
