using System.Text;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.People.Company;

/// <summary>What the identity provider says of who has just signed in there, verified.</summary>
public sealed record CompanyPerson(string Subject, string? UserName, string? Name, string? Email, bool EmailVerified, IReadOnlyList<string> Groups);

/// <summary>
/// From somebody the identity provider vouches for to a person here: known by issuer and subject, joined by a verified
/// address where that is allowed, else made anew. What their groups give is brought up to date in the same transaction.
/// </summary>
public sealed class CompanySignIn(IDbContextFactory<MarketplaceDb> databases, SignInRules rules, TimeProvider clock)
{
    private const int MostGroupsKept = 200;

    public async Task<Outcome<Person>> ExecuteAsync(CompanyPerson who, string source, CancellationToken cancellation)
    {
        var company = rules.Company ?? throw new InvalidOperationException("No identity provider is configured.");
        // Nobody's hand: the identity provider says so.
        var actor = Actor.System with { Name = company.Name, Source = source };
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Two first sign-ins of one person at once make one account.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({company.Issuer + "\n" + who.Subject}, 26))", cancellation);

        var now = clock.GetUtcNow();
        var identity = await db.PersonIdentities.Include(i => i.Person)
            .SingleOrDefaultAsync(i => i.Issuer == company.Issuer && i.Subject == who.Subject, cancellation);
        var person = identity?.Person;
        if (person is null)
        {
            var found = await FirstSignInAsync(db, company, who, actor, now, cancellation);
            if (!found.Succeeded)
                return found;
            person = found.Value;
            db.Add(identity = new PersonIdentity { Issuer = company.Issuer, Subject = who.Subject, PersonId = person.Id, LinkedAt = now, Groups = [] });
            await db.SaveChangesAsync(cancellation);
        }

        if (person.DisabledAt is not null)
            return Closed;
        identity!.LastSignInAt = now;
        identity.Email = who.Email;
        person.DisplayName = NameOf(who, person.DisplayName);
        if (who is { Email: { } email, EmailVerified: true })
            person.Email = email;
        var given = await GroupReconciliation.ApplyAsync(db, now, actor, person, who.Groups, cancellation);
        identity.Groups = [.. who.Groups.OrderByDescending(given.Contains).Take(MostGroupsKept)];
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return person;
    }

    private static Problem Closed => new("account_closed", "Your account here is closed. Ask an administrator.");

    private async Task<Outcome<Person>> FirstSignInAsync(
        MarketplaceDb db, CompanyOptions company, CompanyPerson who, Actor actor, DateTimeOffset now, CancellationToken cancellation)
    {
        var address = who.Email?.ToLowerInvariant();
        var same = address is null ? [] : await db.People.FromSql($"select * from person where lower(email) = {address}").Take(2).ToListAsync(cancellation);
        if (same.Count > 0)
        {
            // An address that changes hands must not bring an account with it, and least of all the one for emergencies.
            var mayJoin = company.LinkVerifiedEmail && who.EmailVerified && same.Count == 1
                && !rules.BreakGlass.Contains(same[0].UserName, StringComparer.OrdinalIgnoreCase)
                && !await db.PersonIdentities.AnyAsync(i => i.PersonId == same[0].Id && i.Issuer == company.Issuer, cancellation);
            if (!mayJoin)
                return new Problem(
                    "account_not_linked",
                    $"There is an account with the address {who.Email} here already, and it is not joined to your company sign-in. "
                    + $"Ask an administrator to join it: your identifier is {who.Subject}.");
            if (same[0].DisabledAt is not null)
                return Closed;
            await AuditLog.AppendAsync(
                db, now, actor, new("person.linked", "person", same[0].Id.ToString(), same[0].UserName, "The verified address is the same.", new { before = (object?)null, after = new { company.Issuer, who.Subject }, who.Email }), cancellation);
            return same[0];
        }

        if (!company.Provision)
            return new Problem(
                "account_unknown", $"You have no account here. Ask an administrator to make one and to join it: your identifier is {who.Subject}.");
        var userName = await FreeNameAsync(db, who, cancellation);
        var person = new Person
        {
            UserName = userName,
            NormalizedUserName = userName.ToUpperInvariant(),
            DisplayName = NameOf(who, userName),
            Email = who.EmailVerified ? who.Email : null,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            CreatedAt = now,
        };
        db.Add(person);
        await db.SaveChangesAsync(cancellation);
        await AuditLog.AppendAsync(
            db, now, actor, new("person.provisioned", "person", person.Id.ToString(), person.UserName, null, new { company.Issuer, who.Subject, who.Email }), cancellation);
        return person;
    }

    private static string NameOf(CompanyPerson who, string otherwise) =>
        who.Name is { } name && name.Trim() is { Length: > 0 } trimmed ? trimmed[..Math.Min(80, trimmed.Length)] : otherwise;

    /// <summary>What they are called there, if nobody is called that here.</summary>
    private static async Task<string> FreeNameAsync(MarketplaceDb db, CompanyPerson who, CancellationToken cancellation)
    {
        var wish = Slug(who.UserName?.Split('@')[0]) ?? Slug(who.Email?.Split('@')[0]) ?? "person";
        // Nobody else may take the name between the look and the entry.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({wish}, 27))", cancellation);
        var normalized = wish.ToUpperInvariant();
        var taken = (await db.People.Where(p => p.NormalizedUserName.StartsWith(normalized)).Select(p => p.NormalizedUserName).ToListAsync(cancellation))
            .ToHashSet(StringComparer.Ordinal);
        for (var number = 1; ; number++)
        {
            var name = number == 1 ? wish : $"{wish}-{number}";
            if (!taken.Contains(name.ToUpperInvariant()))
                return name;
        }
    }

    private static string? Slug(string? name)
    {
        var slug = new StringBuilder();
        foreach (var c in (name ?? "").ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || (slug.Length > 0 && (char.IsAsciiDigit(c) || c is '.' or '-')))
                slug.Append(c);
        }

        return slug.Length < 2 ? null : slug.ToString(0, Math.Min(slug.Length, 50));
    }
}
