using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>
/// Rows that a use case holds until it commits, so that what it decides by still holds then: who owns the API, and how
/// its line stands. Everybody takes them in one order (API, line, application, request), and several of a kind by their
/// ids, so that nobody waits in a circle.
/// </summary>
internal static class Held
{
    /// <summary>The line is about to change; its API stays with its team meanwhile.</summary>
    public static Task ForChangeAsync(MarketplaceDb db, string api, string version, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            select 1 from api where name = {api} for share;
            select 1 from api_version v join api a on a.id = v.api_id where a.name = {api} and v.version = {version} for no key update of v
            """,
            cancellation);

    /// <summary>The APIs stay with their teams, and their data as it is classified.</summary>
    public static Task ApisAsync(MarketplaceDb db, IReadOnlyCollection<string> apis, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"select 1 from api where name = any({apis.ToArray()}) order by id for share", cancellation);

    /// <summary>The lines stay as they are: one that is published again, deprecated or retired now waits, or is seen so.</summary>
    public static Task LinesAsync(MarketplaceDb db, IReadOnlyCollection<LineName> lines, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            select 1 from api_version v join api a on a.id = v.api_id
            where (a.name, v.version) in (select * from unnest({lines.Select(l => l.Api).ToArray()}, {lines.Select(l => l.Version).ToArray()}))
            order by v.id for share of v
            """,
            cancellation);

    /// <summary>One request at a time for an application: two at once would not see each other.</summary>
    public static Task ApplicationAsync(MarketplaceDb db, string clientId, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"select 1 from application where client_id = {clientId} for no key update", cancellation);

    /// <summary>
    /// A request that is being decided: the APIs and lines of all its endpoints, its application, and the request itself,
    /// which a second decider finds decided.
    /// </summary>
    public static Task RequestAsync(MarketplaceDb db, long number, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            select 1 from api where id in (
              select v.api_id from access_request r join access_request_item i on i.access_request_id = r.id
                join api_version v on v.id = i.api_version_id where r.number = {number}) order by id for share;
            select 1 from api_version where id in (
              select i.api_version_id from access_request r join access_request_item i on i.access_request_id = r.id
              where r.number = {number}) order by id for share;
            select 1 from application where id = (select application_id from access_request where number = {number}) for share;
            select 1 from access_request where number = {number} for update
            """,
            cancellation);
}
