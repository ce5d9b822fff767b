using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Usage;

/// <summary>How often something was issued or refused in a minute. The token plane writes it.</summary>
public sealed class TokenUsage
{
    public required DateTimeOffset Minute { get; init; }

    /// <summary>Null where the client is not known.</summary>
    public Guid? ApplicationId { get; init; }

    public required string Audience { get; init; }

    /// <summary>Empty for an issued token.</summary>
    public required string Reason { get; init; }
    public required string Detail { get; init; }
    public required long Count { get; init; }

    internal sealed class Table() : Mapping<TokenUsage>("token_usage")
    {
        protected override void Map(EntityTypeBuilder<TokenUsage> entity) => entity.HasNoKey();
    }
}
