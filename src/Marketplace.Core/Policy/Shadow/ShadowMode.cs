using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Policy.Shadow;

/// <summary>
/// A line lets through what it would refuse, in one environment, until a day. Without one, and after that day, it is
/// enforced; data planes see to the day themselves.
/// </summary>
public sealed class ShadowMode
{
    public required Guid ApiVersionId { get; init; }
    public required string Environment { get; init; }
    public required DateTimeOffset Until { get; set; }
    public required string Reason { get; set; }
    public required DateTimeOffset AskedAt { get; set; }
    public required Guid AskedBy { get; set; }

    /// <summary>Null while a security officer has still to allow it.</summary>
    public DateTimeOffset? BeganAt { get; set; }
    public Guid? AllowedBy { get; set; }

    /// <summary>When people were told that the day comes near.</summary>
    public DateTimeOffset? RemindedAt { get; set; }

    public ShadowStanding StandingAt(DateTimeOffset now) =>
        Until <= now ? ShadowStanding.Over : BeganAt is null ? ShadowStanding.Asked : ShadowStanding.On;

    internal sealed class Table() : Mapping<ShadowMode>("shadow_mode")
    {
        protected override void Map(EntityTypeBuilder<ShadowMode> entity)
        {
            entity.HasKey(s => new { s.ApiVersionId, s.Environment });
            entity.HasOne<ApiVersion>().WithMany().HasForeignKey(s => s.ApiVersionId);
            entity.HasOne<Person>().WithMany().HasForeignKey(s => s.AskedBy);
        }
    }
}

public enum ShadowStanding
{
    /// <summary>It waits for a security officer; the line is enforced.</summary>
    Asked,

    /// <summary>What would be refused is let through.</summary>
    On,

    /// <summary>Its day has passed: the line is enforced.</summary>
    Over,
}

/// <summary>When a team was last asked to request what its application calls.</summary>
public sealed class ShadowAsk
{
    public required Guid ApiVersionId { get; init; }
    public required string Environment { get; init; }
    public required Guid ApplicationId { get; init; }
    public required DateTimeOffset AskedAt { get; set; }
    public required Guid AskedBy { get; set; }

    internal sealed class Table() : Mapping<ShadowAsk>("shadow_ask")
    {
        protected override void Map(EntityTypeBuilder<ShadowAsk> entity)
        {
            entity.HasKey(a => new { a.ApiVersionId, a.Environment, a.ApplicationId });
            entity.HasOne<ApiVersion>().WithMany().HasForeignKey(a => a.ApiVersionId);
            entity.HasOne<Application>().WithMany().HasForeignKey(a => a.ApplicationId);
        }
    }
}
