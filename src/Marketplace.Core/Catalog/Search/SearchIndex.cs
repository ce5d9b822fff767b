using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Search;

/// <summary>
/// Keeps <c>search_entry</c> in step, within the transaction of the change. Names are indexed whole and cut at capitals
/// and punctuation (<c>getPaymentStatus</c> is found by "status"); prose is stemmed as English besides.
/// </summary>
internal static class SearchIndex
{
    /// <summary>Writes all entries of a line again, after its API's words have changed.</summary>
    public static async Task WriteAllAsync(MarketplaceDb db, Guid versionId, CancellationToken cancellation)
    {
        var operations = await db.Operations.Where(o => o.ApiVersionId == versionId && o.RemovedIn == null).Select(o => o.Id).ToArrayAsync(cancellation);
        await WriteAsync(db, versionId, operations, cancellation);
    }

    /// <summary>Writes the line's own entry and those of <paramref name="operations"/>; drops the removed ones.</summary>
    public static async Task WriteAsync(MarketplaceDb db, Guid versionId, Guid[] operations, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            delete from search_entry e using operation o
            where e.api_version_id = {versionId} and o.id = e.operation_id and o.removed_in is not null
            """,
            cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into search_entry (api_version_id, operation_id, words)
            select v.id, null,
              setweight(to_tsvector('simple', a.name || ' ' || replace(a.name, '-', ' ') || ' ' || a.title || ' ' || v.version), 'A')
              || setweight(to_tsvector('english', a.title || ' ' || a.summary) || to_tsvector('simple', a.summary || ' ' || t.name || ' ' || t.title), 'B')
              || setweight(to_tsvector('english', left(coalesce((select s.document::json -> 'info' ->> 'description' from spec_revision s
                where s.api_version_id = v.id and s.number = v.revision), ''), 5000)), 'D')
            from api_version v join api a on a.id = v.api_id join team t on t.id = a.team_id
            where v.id = {versionId}
            on conflict (api_version_id, operation_id) do update set words = excluded.words
            """,
            cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into search_entry (api_version_id, operation_id, words)
            select v.id, o.id,
              setweight(to_tsvector('simple', o.method || ' ' || o.key || ' ' || names), 'A')
              || setweight(to_tsvector('simple', o.summary || ' ' || array_to_string(o.tags, ' ')) || to_tsvector('english', o.summary), 'B')
              || setweight(to_tsvector('simple', a.name || ' ' || replace(a.name, '-', ' ') || ' ' || a.title || ' ' || v.version), 'C')
              || setweight(to_tsvector('english', left(o.description, 2000)), 'D')
            from operation o
            join api_version v on v.id = o.api_version_id
            join api a on a.id = v.api_id,
            lateral (select regexp_replace(regexp_replace(regexp_replace(o.path || ' ' || coalesce(o.operation_id, ''),
              '([A-Z]+)([A-Z][a-z])', '\1 \2', 'g'), '([a-z0-9])([A-Z])', '\1 \2', 'g'), '[^[:alnum:]]+', ' ', 'g') as names) words
            where o.api_version_id = {versionId} and o.removed_in is null and o.id = any({operations})
            on conflict (api_version_id, operation_id) do update set words = excluded.words
            """,
            cancellation);
    }
}
