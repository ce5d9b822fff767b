using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Bench;

/// <summary>
/// A PostgreSQL, as durable as it is shipped, with teams that have one owner each and nothing published yet, until the
/// process is told to end. File <c>teams</c> lists each team with its owner's access token.
/// </summary>
internal static class Publishers
{
    private const string Password = "reader of the directory";

    public static Task RunAsync(string folder, int count) =>
        new BenchDatabase(folder, durable: true).RunAsync(async (source, master, cancellation) =>
        {
            await using var services = new ServiceCollection().AddSingleton(master).AddMarketplaceData(_ => source).AddMarketplaceCore().BuildServiceProvider();
            await AddTeamsAsync(services, Path.Combine(folder, "teams"), count, cancellation);
        });

    private static async Task AddTeamsAsync(ServiceProvider services, string file, int count, CancellationToken cancellation)
    {
        var now = TimeProvider.System.GetUtcNow();
        var hasher = services.GetRequiredService<SecretHasher>();
        await using var db = await services.GetRequiredService<IDbContextFactory<MarketplaceDb>>().CreateDbContextAsync(cancellation);
        var founder = new Actor(Guid.Empty, "bench", PlatformRole.Administrator, "local");
        var reader = (await services.GetRequiredService<CreatePerson>().ExecuteAsync(founder, new("reader", "Rita Reader", null, null, Password), cancellation)).Value!;
        await using var lines = new StreamWriter(file);
        for (var i = 1; i <= count; i++)
        {
            var person = new Person
            {
                UserName = $"owner-{i}", NormalizedUserName = $"OWNER-{i}", DisplayName = $"Owner {i}", SecurityStamp = $"{i}", CreatedAt = now,
            };
            var team = new Team { Name = $"team-{i}", Title = $"Team {i}", CreatedAt = now };
            var token = hasher.Create(SecretHasher.AccessTokenPrefix);
            team.Memberships.Add(new() { TeamId = team.Id, PersonId = person.Id, Role = TeamRole.Owner });
            if (i == 1)
                team.Memberships.Add(new() { TeamId = team.Id, PersonId = reader.Id, Role = TeamRole.Owner });
            db.AddRange(person, team, new PersonalAccessToken
            {
                PersonId = person.Id, Name = "pipeline", TokenHash = token.Hash, Hint = token.Hint, CreatedAt = now, Scopes = [.. Enum.GetValues<TokenScope>().Select(StoredEnum.ToWord)], ExpiresAt = now.AddDays(1),
            });
            await lines.WriteLineAsync($"{team.Name}\t{token.Value}");
        }
        await db.SaveChangesAsync(cancellation);
    }
}
