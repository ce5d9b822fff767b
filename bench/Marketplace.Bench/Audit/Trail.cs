using System.Diagnostics;
using Marketplace.Bench.Pages;
using Marketplace.Contracts.Audit;
using Marketplace.Core;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Bench.Audit;

/// <summary>
/// A full-size marketplace with so many events on its trail, spread over eight years and chained by the product's own
/// code, and people who look at it, until the process is told to end. Files <c>*.token</c> hold what they show to the REST API.
/// </summary>
internal static class Trail
{
    public static Task RunAsync(string folder, int events) => new BenchDatabase(folder, durable: true).RunAsync(async (source, master, cancellation) =>
    {
        await World.LoadAsync(source, folder, new SecretHasher(master).Hash(World.Secret), 2200, 100_000, TrailEvents.Apis, cancellation);
        var began = Stopwatch.GetTimestamp();
        await WriteAsync(source, events, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "loaded"), $"{events} events chained and loaded in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s", cancellation);
        await using var services = new ServiceCollection().AddSingleton(master).AddMarketplaceData(_ => source).AddMarketplaceCore().BuildServiceProvider();
        var founder = new Actor(Guid.Empty, "bench", PlatformRole.Administrator, "local");
        foreach (var (name, role, team) in new (string, PlatformRole?, int?)[]
        {
            ("administrator", PlatformRole.Administrator, null), ("officer", PlatformRole.SecurityOfficer, null), ("auditor", PlatformRole.Auditor, null),
            ("owner", null, 2), ("developer", null, 7), ("newcomer", null, null),
        })
        {
            var person = (await services.GetRequiredService<CreatePerson>().ExecuteAsync(founder, new(name, $"The {name}", null, role, Crowd.Password), cancellation)).Value!;
            if (team is { } number)
                await ExecuteAsync(source, $"insert into membership (team_id, person_id, role) values ('{IdOf(await PrefixAsync(source, "team"), number)}', '{person.Id}', 'owner')", cancellation);
            var token = await services.GetRequiredService<AccessTokens>().CreateAsync(
                new(person.Id, person.DisplayName, role, "local"), new("bench", 30, [TokenScope.Read, TokenScope.Administer]), null, cancellation);
            await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.token"), token.Value!.Value, cancellation);
        }
    });

    private static async Task WriteAsync(NpgsqlDataSource source, int events, CancellationToken cancellation)
    {
        var prefixes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var kind in new[] { "person", "application", "api", "team", "grant", "session" })
            prefixes[kind] = await PrefixAsync(source, kind);
        await ExecuteAsync(
            source,
            $"""
            insert into person (id, user_name, normalized_user_name, display_name, security_stamp, created_at)
            select ('{prefixes["person"]}' || lpad(to_hex(n), 24, '0'))::uuid, 'person-' || n, 'PERSON-' || n, 'Person ' || n, 'loader', now() from generate_series(2, {TrailEvents.People} + 1) n
            """, cancellation);
        var indexes = await IndexesAsync(source, cancellation);
        await ExecuteAsync(source, $"{string.Concat(indexes.Select(index => $"drop index {index.Name};"))} alter table audit_about drop constraint audit_about_pkey", cancellation);
        await CopyAsync(source, new((kind, n) => IdOf(prefixes[kind], n)), events, cancellation);
        await ExecuteAsync(source, $"set maintenance_work_mem = '256MB'; alter table audit_about add primary key (kind, id, sequence); {string.Concat(indexes.Select(index => $"{index.Definition};"))} analyze", cancellation);
    }

    private static async Task CopyAsync(NpgsqlDataSource source, TrailEvents all, int events, CancellationToken cancellation)
    {
        await using var one = await source.OpenConnectionAsync(cancellation);
        await using var other = await source.OpenConnectionAsync(cancellation);
        await using var rows = await one.BeginBinaryImportAsync(
            "copy audit_event (sequence, at, actor_id, actor, source, channel, action, subject_kind, subject_id, subject, reason, content, previous_hash, hash) from stdin (format binary)", cancellation);
        await using var about = await other.BeginBinaryImportAsync("copy audit_about (kind, id, sequence) from stdin (format binary)", cancellation);
        var last = new ChainMark(0, AuditChain.Start);
        var now = TimeProvider.System.GetUtcNow();
        var step = (now - now.AddYears(-8)) / events;
        for (var n = 1; n <= events; n++)
        {
            var (actor, entry, concerned) = all.Of(n);
            var e = AuditLog.Next(last, now - ((events - n + 1) * step), actor, entry, concerned.Select(a => $"{a.Kind}:{a.Id}"));
            await rows.StartRowAsync(cancellation);
            await rows.WriteAsync(e.Sequence, cancellation);
            await rows.WriteAsync(e.At, NpgsqlDbType.TimestampTz, cancellation);
            await rows.WriteAsync(e.ActorId!.Value, cancellation);
            foreach (var text in new[] { e.Actor, e.Source, e.Channel, e.Action, e.SubjectKind, e.SubjectId, e.Subject, e.Reason, e.Content })
            {
                if (text is null)
                    await rows.WriteNullAsync(cancellation);
                else
                    await rows.WriteAsync(text, cancellation);
            }

            await rows.WriteAsync(e.PreviousHash, cancellation);
            await rows.WriteAsync(e.Hash, cancellation);
            foreach (var (kind, id) in concerned)
            {
                await about.StartRowAsync(cancellation);
                await about.WriteAsync(kind, cancellation);
                await about.WriteAsync(id, cancellation);
                await about.WriteAsync(e.Sequence, cancellation);
            }

            last = new(e.Sequence, e.Hash);
        }

        await rows.CompleteAsync(cancellation);
        await about.CompleteAsync(cancellation);
        await ExecuteAsync(source, $"update audit_head set sequence = {last.Sequence}, hash = '\\x{Convert.ToHexString(last.Hash)}'", cancellation);
    }

    private static async Task<List<(string Name, string Definition)>> IndexesAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("select indexname, indexdef from pg_indexes where tablename in ('audit_event', 'audit_about') and indexname not like '%_pkey'");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(string, string)> found = [];
        while (await reader.ReadAsync(cancellation))
            found.Add((reader.GetString(0), reader.GetString(1)));
        return found;
    }

    /// <summary>With what load.sql's identifiers of a kind begin.</summary>
    private static async Task<string> PrefixAsync(NpgsqlDataSource source, string kind)
    {
        await using var command = source.CreateCommand($"select left(md5('{kind}'), 8)");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static Guid IdOf(string prefix, int n) => Guid.ParseExact(prefix + n.ToString("x24"), "N");

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
