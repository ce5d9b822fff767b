using System.Text.Json;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>Thousands of operations in one statement each way.</summary>
internal static class OperationWriter
{
    private static readonly JsonSerializerOptions ColumnNames = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task WriteAsync(MarketplaceDb db, Guid versionId, OperationPlan plan, int revision, CancellationToken cancellation)
    {
        var rows = JsonSerializer.Serialize(
            plan.Added.Concat(plan.Changed).Select(o => new
            {
                o.Id, o.Key, o.BitIndex, o.Method, o.Path, o.OperationId, o.Summary, o.Description, o.Tags, o.Deprecated, o.AddedIn, o.NotEnforceable,
            }),
            ColumnNames);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into operation (id, api_version_id, key, bit_index, method, path, operation_id, summary, description, tags, deprecated, added_in, not_enforceable)
            select id, {versionId}, key, bit_index, method, path, operation_id, summary, description, tags, deprecated, added_in, not_enforceable
            from json_to_recordset({rows}::json) as o (id uuid, key text, bit_index int, method text, path text, operation_id text,
              summary text, description text, tags text[], deprecated boolean, added_in int, not_enforceable text)
            on conflict (id) do update set method = excluded.method, path = excluded.path, operation_id = excluded.operation_id,
              summary = excluded.summary, description = excluded.description, tags = excluded.tags, deprecated = excluded.deprecated,
              not_enforceable = excluded.not_enforceable, removed_in = null
            """,
            cancellation);
        var removed = plan.Removed.Select(o => o.Id).ToArray();
        await db.Database.ExecuteSqlAsync($"update operation set removed_in = {revision} where id = any({removed})", cancellation);
    }
}
