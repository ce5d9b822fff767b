using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>
/// A PostgreSQL with the whole public directory in it, until the process is told to end: rows as publishing would have
/// left them, but for the documents themselves, in seconds. Person <c>reader</c> is in one team of 850, whose
/// application may call 300 endpoints.
/// </summary>
internal static class PublicDirectory
{
    public const string Password = "reader of the directory";
    private const int Teams = 850;
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    public static Task RunAsync(string folder, string documents) =>
        new BenchDatabase(folder, durable: false).RunAsync(async (source, master, cancellation) =>
        {
            await using var services = new ServiceCollection().AddSingleton(master).AddMarketplaceData(_ => source).AddMarketplaceCore().BuildServiceProvider();
            await LoadAsync(services, source, documents, cancellation);
        });

    private static async Task LoadAsync(ServiceProvider services, NpgsqlDataSource source, string documents, CancellationToken cancellation)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<MarketplaceDb>>().CreateDbContextAsync(cancellation);
        var founder = new Actor(Guid.Empty, "bench", PlatformRole.Administrator, "local");
        var reader = (await services.GetRequiredService<CreatePerson>()
            .ExecuteAsync(founder, new("reader", "Rita Reader", null, null, Password), cancellation)).Value!;
        var teams = Enumerable.Range(1, Teams).Select(i => new Team { Name = $"team-{i}", Title = $"Team {i}", CreatedAt = Now }).ToList();
        teams[0].Memberships.Add(new() { TeamId = teams[0].Id, PersonId = reader.Id, Role = TeamRole.Owner });
        db.AddRange(teams);
        await db.SaveChangesAsync(cancellation);

        var lines = Directory.GetFiles(documents, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).AsParallel().AsOrdered()
            .Select(file => (Name: SlugOf(Path.GetRelativePath(documents, file)), Read: SpecReader.Read(File.ReadAllBytes(file))))
            .Where(d => d.Read.Succeeded).Select((d, i) => Line(d.Name, d.Read.Value!, teams[i % Teams], reader)).ToList();
        db.ChangeTracker.Clear();
        db.AddRange(lines.Select(l => l.Api).Concat<object>(lines.Select(l => l.Version)));
        await db.SaveChangesAsync(cancellation);
        db.AddRange(lines.Select(l => l.Revision));
        await db.SaveChangesAsync(cancellation);
        await CopyAsync(source, lines, cancellation);
        await GrantAsync(services, new(reader.Id, reader.DisplayName, null, "local"), db, cancellation);
        await db.Database.ExecuteSqlAsync($"analyze", cancellation);
        Console.WriteLine($"{lines.Count} documents, {lines.Sum(l => l.Operations.Count)} operations of {Teams} teams");
    }

    private static (Api Api, ApiVersion Version, SpecRevision Revision, IReadOnlyList<SpecOperation> Operations) Line(
        string name, SpecDocument document, Team team, Person person)
    {
        var api = new Api
        {
            Name = name, Title = document.Title.Length > 0 ? document.Title : name, Summary = "", TeamId = team.Id,
            Classification = (Classification)(name.Length % 4), CreatedAt = Now,
        };
        var version = new ApiVersion
        {
            ApiId = api.Id, Version = "v1", Lifecycle = name.Length % 40 == 0 ? Lifecycle.Draft : Lifecycle.Published,
            BasePath = document.BasePath, Revision = 1, NextBitIndex = document.Operations.Count, CreatedAt = Now,
        };
        var revision = new SpecRevision
        {
            ApiVersionId = version.Id, Number = 1, Title = api.Title, Description = document.Description[..Math.Min(3000, document.Description.Length)],
            DocumentVersion = document.Version, Openapi = document.OpenApiVersion, Format = DocumentFormat.Json, Original = "{}", Document = "{}",
            Sha256 = document.Sha256, OperationCount = document.Operations.Count, PublishedBy = person.Id, PublishedAt = Now,
        };
        return (api, version, revision, document.Operations);
    }

    private static async Task CopyAsync(
        NpgsqlDataSource source, List<(Api Api, ApiVersion Version, SpecRevision Revision, IReadOnlyList<SpecOperation> Operations)> lines, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy operation (id, api_version_id, key, bit_index, method, path, operation_id, summary, description, tags, deprecated, added_in, not_enforceable) from stdin (format binary)",
            cancellation);
        foreach (var line in lines)
        {
            for (var i = 0; i < line.Operations.Count; i++)
            {
                var o = line.Operations[i];
                await copy.WriteRowAsync(
                    cancellation, Guid.CreateVersion7(), line.Version.Id, o.Key, i, o.Method, o.Path, (object?)o.OperationId ?? DBNull.Value, o.Summary,
                    o.Description, o.Tags.ToArray(), o.Deprecated, 1, (object?)o.NotEnforceable ?? DBNull.Value);
            }
        }
        await copy.CompleteAsync(cancellation);
    }

    private static async Task GrantAsync(ServiceProvider services, Actor reader, MarketplaceDb db, CancellationToken cancellation)
    {
        var application = (await services.GetRequiredService<RegisterApplication>().ExecuteAsync(reader, new("team-1", "Reader", ""), cancellation)).Value!;
        var operations = await db.Operations.Where(o => o.NotEnforceable == null && o.ApiVersion!.Api!.Team!.Name == "team-1").OrderBy(o => o.Id).Take(300)
            .Select(o => new { o.Key, o.ApiVersion!.Api!.Name, o.ApiVersion.Lifecycle }).ToListAsync(cancellation);
        foreach (var line in operations.Where(o => o.Lifecycle == Lifecycle.Published).GroupBy(o => o.Name))
        {
            var asked = await services.GetRequiredService<SubmitAccessRequest>().ExecuteAsync(
                reader, new(application.ClientId, line.Key, "v1", DeploymentEnvironment.Production, [.. line.Select(o => o.Key)], "To be found.", Now.AddDays(30)), cancellation);
            if (asked.Succeeded)
                await services.GetRequiredService<DecideAccessRequest>().ExecuteAsync(reader, asked.Value, [.. line.Select(o => new OperationDecision(o.Key, true, null))], cancellation);
        }
    }

    private static string SlugOf(string file)
    {
        var slug = "a-" + string.Concat(file[..^".json".Length].ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        return slug.Length <= 63 ? slug : slug[..54] + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(file)))[..9];
    }
}
