using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Core.People;

namespace Marketplace.Host.Demo;

/// <param name="UserName">For signing in.</param>
/// <param name="DisplayName">What pages show.</param>
/// <param name="Role">The platform role, if any.</param>
/// <param name="Team">The team, if any.</param>
/// <param name="TeamRole">The role in that team.</param>
/// <param name="About">What to try as this person.</param>
internal sealed record DemoPerson(string UserName, string DisplayName, PlatformRole? Role, string? Team, TeamRole? TeamRole, string About)
{
    public string Password { get; init; } = NewPassword();

    // Four groups of four from an alphabet without look-alikes: 77 bits, and readable from a terminal.
    private static string NewPassword() => string.Join('-',
        Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString("23456789abcdefghijkmnpqrstuvwxyz", 4)));
}

/// <summary>One person per role. Their passwords are made at the first start and kept in the data folder.</summary>
internal static class DemoPeople
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public static IReadOnlyList<DemoPerson> ReadOrMake(DemoFolder folder)
    {
        if (folder.Read("people.json") is { } kept) return JsonSerializer.Deserialize<DemoPerson[]>(kept)!;
        var people = Make();
        folder.Write("people.json", JsonSerializer.Serialize(people, Readable));
        folder.Write("people.txt", string.Join('\n', people.Select(Line)) + "\n");
        return people;
    }

    private static DemoPerson[] Make() =>
    [
        new("ada", "Ada Lindqvist", PlatformRole.Administrator, null, null, "administrator: makes teams and accounts"),
        new("sven", "Sven Okafor", PlatformRole.SecurityOfficer, null, null, "security officer: may revoke any access"),
        new("audrey", "Audrey Marsh", PlatformRole.Auditor, null, null, "auditor: reads everything, changes nothing"),
        new("olivia", "Olivia Brandt", null, "payments", TeamRole.Owner, "owner in Payments: publishes, decides requests"),
        new("pieter", "Pieter de Wit", null, "payments", TeamRole.Developer, "developer in Payments"),
        new("carla", "Carla Moreno", null, "mobile", TeamRole.Owner, "owner in Mobile Banking"),
        new("daan", "Daan Visser", null, "mobile", TeamRole.Developer, "developer in Mobile Banking: requests access"),
        new("amir", "Amir Haddad", null, "accounts", TeamRole.Owner, "owner in Accounts: a request waits in the inbox"),
        new("noor", "Noor Jansen", null, "platform", TeamRole.Owner, "owner in API Platform: the marketplace's own API"),
    ];

    private static string Line(DemoPerson person) => $"{person.UserName,-8} {person.Password}   {person.About}";
}
