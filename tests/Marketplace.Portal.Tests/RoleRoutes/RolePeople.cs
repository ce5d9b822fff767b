using Marketplace.Core.Notifications;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Core.People;
using Marketplace.Core.People.Accounts;
using Marketplace.Core.People.Company;
using Marketplace.Core.People.Sessions;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>People and their accounts, each made for one row of the table.</summary>
public sealed class RolePeople(RoleWorld world)
{
    private BankApp App => world.App;

    private Bank Bank => world.Bank;

    public async Task<Guid> TokenOfAsync(Actor person)
    {
        await RevokeTokensNamedAsync(person, "row");
        return RoleWorld.Done(await Bank.Use<AccessTokens>().CreateAsync(person, new("row", 1, [TokenScope.Read]), null, default)).Id;
    }

    /// <summary>Something that this person was told.</summary>
    public async Task<Guid> NotificationAsync(Actor person)
    {
        await using var db = await Bank.OpenAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var teller = person == Bank.Olivia ? Bank.Oscar : Bank.Olivia;
        await Inbox.TellAsync(
            db, Bank.Clock.GetUtcNow(), teller, new(NotificationKind.RevisionPublished, "News", "Something changed.", "/catalog"), new() { People = [person.Id] }, default);
        await transaction.CommitAsync();
        return await db.InboxEntries.Where(e => e.PersonId == person.Id && e.Notification!.Subject == "News").OrderByDescending(e => e.At).ThenByDescending(e => e.NotificationId)
            .Select(e => e.NotificationId).FirstAsync();
    }

    /// <summary>The link in an e-mail to Dirk.</summary>
    public string UnsubscribeUrl() => $"/unsubscribe/{Bank.Use<Unsubscribe>().TokenFor(Bank.Dirk.Id, [NotificationCategory.Changes])}";

    /// <summary>Another browser in which this person is signed in.</summary>
    public async Task<Guid> SessionOfAsync(Actor person)
    {
        await using var db = await Bank.OpenAsync();
        return (await Bank.Use<StartSession>().ExecuteAsync(await db.People.SingleAsync(p => p.Id == person.Id), new("192.0.2.7", "curl/8.0"), null, default)).Id;
    }

    public async Task CloseAsync(Actor person) =>
        RoleWorld.Done(await App.App.Services.GetRequiredService<DisablePerson>().ExecuteAsync(Bank.Admin, person.Name, true, "For a row.", default));

    public async Task<string> ClosedAccountAsync()
    {
        var name = await NewcomerAsync();
        RoleWorld.Done(await Bank.Use<DisablePerson>().ExecuteAsync(Bank.Admin, name, true, "For a row.", default));
        return name;
    }

    public async Task<string> JoinedAccountAsync()
    {
        var name = world.Fresh("joined");
        var person = await PersonAsync(name);
        await using var db = await Bank.OpenAsync();
        db.Add(new PersonIdentity { Issuer = "https://idp.example", Subject = name, PersonId = person.Id, LinkedAt = Bank.Clock.GetUtcNow(), Groups = [] });
        await db.SaveChangesAsync();
        return name;
    }

    public async Task<Guid> MappingAsync() =>
        RoleWorld.Done(await Bank.Use<ChangeGroupMapping>().AddAsync(Bank.Admin, new(world.Fresh("group"), "payments", TeamRole.Developer, null), default));

    /// <summary>The call, once this person has the password that it says.</summary>
    public async Task<Call> WithPasswordAsync(Actor? person, Call call)
    {
        if (person is not null)
            await App.BasicOfAsync(person);
        return call;
    }

    /// <summary>A person in no team, to be taken into one.</summary>
    public async Task<string> NewcomerAsync() => (await PersonAsync(world.Fresh("newcomer"))).Name;

    public async Task<string> PaymentsMemberAsync()
    {
        var name = world.Fresh("member");
        await JoinAsync(name, "payments", TeamRole.Developer);
        return name;
    }

    public async Task<Actor> JoinAsync(string userName, string team, TeamRole role)
    {
        var person = await PersonAsync(userName);
        await using var db = await Bank.OpenAsync();
        var found = await db.Teams.SingleOrDefaultAsync(t => t.Name == team);
        if (found is null)
            db.Add(found = new Team { Name = team, Title = team, CreatedAt = Bank.Clock.GetUtcNow() });
        db.Add(new Membership { TeamId = found.Id, PersonId = person.Id, Role = role });
        await db.SaveChangesAsync();
        return person;
    }

    public async Task<Actor> PersonAsync(string userName)
    {
        await using var db = await Bank.OpenAsync();
        var person = new Person
        {
            UserName = userName,
            NormalizedUserName = userName.ToUpperInvariant(),
            DisplayName = userName,
            SecurityStamp = userName,
            CreatedAt = Bank.Clock.GetUtcNow(),
        };
        db.Add(person);
        await db.SaveChangesAsync();
        return new Actor(person.Id, userName, null, "127.0.0.1");
    }

    private async Task RevokeTokensNamedAsync(Actor person, string name)
    {
        foreach (var token in await Bank.Use<AccessTokens>().ListAsync(person, default))
        {
            if (token.Name == name && token.RevokedAt is null)
                await Bank.Use<AccessTokens>().RevokeAsync(person, token.Id, default);
        }
    }
}
