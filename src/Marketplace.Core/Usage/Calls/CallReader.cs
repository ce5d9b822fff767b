using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Core.Usage.Calls;

/// <summary>
/// What data planes counted. Of a line its team and the platform roles see all calls, everybody else those of their own
/// applications; of an application, its team and the platform roles see all.
/// </summary>
public sealed class CallReader(IDbContextFactory<MarketplaceDb> databases, TimeProvider clock)
{
    /// <summary>So many callers and endpoints are listed, those with the most calls.</summary>
    public const int Most = 20;

    /// <summary>More kinds of calls than this, of so many callers or endpoints, are added up once a while for all who look.</summary>
    private const int MostAddedUpEachTime = 1000;

    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(90);

    private readonly BriefMemory<(string Of, string Environment, int? Operation, string Range), CallReport> _reports = new(clock, TimeSpan.FromSeconds(30), 200);
    private readonly BriefMemory<(Guid Line, string Environment, PageRequest Page), ForgottenOperations> _forgotten = new(clock, TimeSpan.FromSeconds(30), 200);

    /// <summary>Null when there is no such line, or no such endpoint of it, that the actor may see.</summary>
    /// <param name="operation">The key of one endpoint; null for all.</param>
    public async Task<CallReport?> OfLineAsync(
        Actor actor, string api, string version, string environment, string? operation, CallRange range, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await UsedLine.FindAsync(db, actor, api, version, cancellation) is not { } line)
            return null;
        int? bit = null;
        if (operation is not null)
        {
            bit = await db.Operations.Where(o => o.ApiVersionId == line.Id && o.Key == operation).Select(o => (int?)o.BitIndex).SingleOrDefaultAsync(cancellation);
            if (bit is null)
                return null;
        }
        var kinds = await KindsAsync(db, line.Id, environment, cancellation);
        Task<CallReport> Read(MarketplaceDb db, CancellationToken ending) => ReadAsync(db, CallSql.OfLine, range, kinds > 0, line.SeesAll, ofOne: operation is not null, ending,
            new("line", line.Id), new("env", environment), Nullable("operation", NpgsqlTypes.NpgsqlDbType.Integer, bit),
            Nullable("clients", NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text, line.Clients));
        return kinds > MostAddedUpEachTime && line.SeesAll
            ? await _reports.GetAsync((line.Id.ToString(), environment, bit, range.Name), () => AloneAsync(db => Read(db, CancellationToken.None)))
            : await Read(db, cancellation);
    }

    /// <summary>Null when there is no such application that the actor may see.</summary>
    public async Task<CallReport?> OfApplicationAsync(Actor actor, string clientId, CallRange range, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.Applications.SeenBy(actor).AnyAsync(a => a.ClientId == clientId, cancellation))
            return null;
        var kinds = await db.Database.SqlQuery<int>(
            $"""select count(*)::int as "Value" from (select from call_series where client_id = {clientId} limit {MostAddedUpEachTime + 1}) s""").SingleAsync(cancellation);
        Task<CallReport> Read(MarketplaceDb db, CancellationToken ending) =>
            ReadAsync(db, CallSql.OfApplication, range, kinds > 0, seesAll: true, ofOne: false, ending, new NpgsqlParameter("client", clientId));
        return kinds > MostAddedUpEachTime ? await _reports.GetAsync((clientId, "", null, range.Name), () => AloneAsync(db => Read(db, CancellationToken.None))) : await Read(db, cancellation);
    }

    /// <summary>Endpoints of a line that no call was let through to for 90 days, in one environment. Null when there is no such line to see, or just a part of its calls.</summary>
    public async Task<ForgottenOperations?> ForgottenAsync(
        Actor actor, string api, string version, string environment, PageRequest page, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await UsedLine.FindAsync(db, actor, api, version, cancellation) is not { SeesAll: true } line)
            return null;
        return await KindsAsync(db, line.Id, environment, cancellation) > MostAddedUpEachTime
            ? await _forgotten.GetAsync((line.Id, environment, page), () => AloneAsync(db => ForgottenAsync(db, line, environment, page, CancellationToken.None)))
            : await ForgottenAsync(db, line, environment, page, cancellation);
    }

    private async Task<ForgottenOperations> ForgottenAsync(MarketplaceDb db, UsedLine line, string environment, PageRequest page, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - Forgotten;
        var first = await db.Database.SqlQuery<DateTimeOffset?>(
            $"""
            select min(f.start) as "Value" from call_series s cross join lateral (
              select u.start from call_usage u where u.series_id = s.id and u.span = 86400 order by u.start limit 1) f
            where s.api_version_id = {line.Id} and s.environment = {environment}
            """).SingleAsync(cancellation);
        var rows = await db.Database.SqlQuery<ForgottenOperation>(
            $"""
            select o.key as "Key", o.method as "Method", o.path as "Path",
              (select count(distinct g.application_id)::int from access_grant g
                where g.operation_id = o.id and g.environment = {environment} and g.ended_at is null and g.valid_until > {clock.GetUtcNow()}) as "Applications"
            from operation o
            where o.api_version_id = {line.Id} and o.removed_in is null and not exists (
              select from call_series s join call_usage u on u.series_id = s.id and u.span = 86400 and u.start >= {since}
              where s.api_version_id = {line.Id} and s.environment = {environment} and s.operation = o.bit_index and s.decision <> 'refused')
            """).OrderBy(o => o.Path).ThenBy(o => o.Method).ThenBy(o => o.Key).ToPageAsync(page, cancellation);
        return new(rows, first);
    }

    /// <summary>What goes on when the request that began it is answered.</summary>
    private async Task<T> AloneAsync<T>(Func<MarketplaceDb, Task<T>> read)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await read(db);
    }

    /// <summary>How many, as far as it matters.</summary>
    private static Task<int> KindsAsync(MarketplaceDb db, Guid line, string environment, CancellationToken cancellation) => db.Database.SqlQuery<int>(
        $"""select count(*)::int as "Value" from (select from call_series where api_version_id = {line} and environment = {environment} limit {MostAddedUpEachTime + 1}) s""")
        .SingleAsync(cancellation);

    private async Task<CallReport> ReadAsync(
        MarketplaceDb db, string which, CallRange range, bool told, bool seesAll, bool ofOne, CancellationToken cancellation, params NpgsqlParameter[] named)
    {
        var from = range.Start(clock.GetUtcNow());
        Task<List<T>> Rows<T>(string sql) => db.Database.SqlQueryRaw<T>(
            sql, [.. named.Select(p => p.Clone()), new NpgsqlParameter("span", range.Span), new NpgsqlParameter("from", from), new NpgsqlParameter("most", Most)]).ToListAsync(cancellation);
        var points = await Rows<CallPointRow>(CallSql.Points(which));
        var byStart = points.ToDictionary(p => p.Start, p => p.Point);
        var buckets = points.Aggregate(new long[LatencyColumns.Names.Count], (sum, p) => [.. sum.Zip(p.Buckets, (a, b) => a + b)]);
        var isApplication = which == CallSql.OfApplication;
        return new(
            range, told, seesAll,
            [.. Enumerable.Range(0, range.Parts).Select(i => from + range.Part * i).Select(at => byStart.GetValueOrDefault(at) ?? new CallPoint(at, 0, 0, 0, null, null))],
            Anomalies.LatencyQuantile.Of(buckets, 0.5), Anomalies.LatencyQuantile.Of(buckets, 0.95),
            points.Count == 0 ? [] : await Rows<CallReasonRow>(CallSql.Reasons(which)),
            points.Count == 0 || isApplication ? [] : await Rows<CallerRow>(CallSql.Callers(which)),
            points.Count == 0 || ofOne ? [] : await Rows<CalledRow>(CallSql.Called(which)));
    }

    private static NpgsqlParameter Nullable(string name, NpgsqlTypes.NpgsqlDbType type, object? value) => new(name, type) { Value = value ?? DBNull.Value };
}

/// <param name="Applications">How many hold a grant for it all the same.</param>
public sealed record ForgottenOperation(string Key, string Method, string Path, int Applications);

/// <param name="ToldSince">Since when data planes tell of calls here; null when none does.</param>
public sealed record ForgottenOperations(Page<ForgottenOperation> Rows, DateTimeOffset? ToldSince);
