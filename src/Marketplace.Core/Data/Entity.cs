using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Data;

/// <summary>Maps an entity to the table of its name; a feature overrides what differs.</summary>
public abstract class Mapping<T>(string table) : IEntityTypeConfiguration<T> where T : class
{
    public void Configure(EntityTypeBuilder<T> builder)
    {
        builder.ToTable(table);
        Map(builder);
    }

    protected virtual void Map(EntityTypeBuilder<T> entity)
    {
    }
}
