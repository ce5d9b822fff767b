using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Catalog;

public enum Lifecycle
{
    /// <summary>Seen by its team only.</summary>
    Draft,
    Published,
    Deprecated,
    Retired,
}

/// <summary>A major line of an API, such as <c>payments</c> v2.</summary>
public sealed class ApiVersion
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid ApiId { get; init; }
    public required string Version { get; init; }
    public required Lifecycle Lifecycle { get; set; }

    /// <summary>Prefix of every path of the line, such as <c>/open-banking/v3.1</c>; empty for none.</summary>
    public required string BasePath { get; set; }

    /// <summary>The newest revision's number; of two who publish at once, one finds it changed.</summary>
    public int Revision { get; set; }

    public int NextBitIndex { get; set; }
    public DateTimeOffset? SunsetAt { get; set; }
    public DateTimeOffset? DeprecatedAt { get; set; }
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>The line that takes its place, of this API or another.</summary>
    public Guid? SuccessorId { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public Api? Api { get; init; }
    public ApiVersion? Successor { get; init; }
    public List<Audience> Audiences { get; } = [];
    public List<Operation> Operations { get; } = [];

    internal sealed class Table() : Mapping<ApiVersion>("api_version")
    {
        protected override void Map(EntityTypeBuilder<ApiVersion> entity)
        {
            entity.Property(v => v.Revision).IsConcurrencyToken();
            entity.HasOne(v => v.Successor).WithMany().HasForeignKey(v => v.SuccessorId);
        }
    }
}

/// <summary>The URI that a token names for one ApiVersion in one environment (RFC 8707).</summary>
public sealed class Audience
{
    public required Guid ApiVersionId { get; init; }
    public required string Environment { get; init; }
    public required string Uri { get; set; }

    /// <summary>Where the line is served there, without its base path; null while nobody has said.</summary>
    public string? Server { get; set; }

    internal sealed class Table() : Mapping<Audience>("audience")
    {
        protected override void Map(EntityTypeBuilder<Audience> entity)
        {
            entity.HasKey(a => new { a.ApiVersionId, a.Environment });
            entity.HasOne<ApiVersion>().WithMany(v => v.Audiences).HasForeignKey(a => a.ApiVersionId);
        }
    }
}
