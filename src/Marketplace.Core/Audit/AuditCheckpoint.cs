using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Audit;

/// <summary>
/// Where the chain stood at a time, signed by the marketplace. Who keeps one outside notices when the chain up to there
/// was written anew, or cut off, whoever did it.
/// </summary>
public sealed class AuditCheckpoint
{
    public required long Sequence { get; init; }
    public required byte[] Hash { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The key that signed it: its RFC 7638 thumbprint.</summary>
    public required string Kid { get; init; }

    /// <summary>All of it as compact JWS, to be kept elsewhere.</summary>
    public required string Token { get; init; }

    internal sealed class Table() : Mapping<AuditCheckpoint>("audit_checkpoint")
    {
        protected override void Map(EntityTypeBuilder<AuditCheckpoint> entity)
        {
            entity.HasKey(c => c.Sequence);
            entity.Property(c => c.Sequence).ValueGeneratedNever();
        }
    }
}
