using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Data;

public sealed class SchemaTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_scripts_create_just_what_the_model_maps()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var db = await bank.OpenAsync();
        var model = db.Model.GetEntityTypes()
            .SelectMany(e => e.GetProperties().Select(p => $"{e.GetTableName()}.{p.GetColumnName()} {p.GetColumnType()}{(p.IsNullable ? "" : " not null")}"))
            .Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(model);
        var tables = db.Model.GetEntityTypes().Select(e => e.GetTableName()!).ToArray();

        var database = await db.Database.SqlQuery<string>(
            $"""
            select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end as "Value"
            from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind = 'r' and c.relname = any({tables})
              and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            """).ToListAsync();

        Assert.Equal(model, database.Order(StringComparer.Ordinal));
    }
}
