using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Catalog;

/// <summary>Where a grant and a token hold: <c>sandbox</c> or <c>production</c>. (<c>Environment</c> is taken by .NET.)</summary>
public sealed class DeploymentEnvironment
{
    public const string Sandbox = "sandbox";
    public const string Production = "production";

    public required string Name { get; init; }
    public required int Position { get; init; }

    internal sealed class Table() : Mapping<DeploymentEnvironment>("environment")
    {
        protected override void Map(EntityTypeBuilder<DeploymentEnvironment> entity) => entity.HasKey(e => e.Name);
    }
}
