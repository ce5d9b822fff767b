using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access.Requests.Templates;

/// <summary>A named set of endpoints that a team offers to ask for together, such as read-only accounts.</summary>
public sealed class AccessTemplate
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>In its address; it stays when the title changes.</summary>
    public required string Slug { get; init; }
    public required Guid TeamId { get; init; }
    public required string Title { get; set; }
    public required string Description { get; set; }
    public required Guid UpdatedBy { get; set; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public Team? Team { get; init; }
    public List<AccessTemplatePart> Parts { get; } = [];

    internal sealed class Table() : Mapping<AccessTemplate>("access_template")
    {
        protected override void Map(EntityTypeBuilder<AccessTemplate> entity) => entity.HasOne<Person>().WithMany().HasForeignKey(t => t.UpdatedBy);
    }
}

/// <summary>One endpoint, or a rule for endpoints of a line: what it means is found when the template is used.</summary>
public sealed class AccessTemplatePart
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid AccessTemplateId { get; init; }
    public required Guid ApiVersionId { get; init; }
    public Guid? OperationId { get; init; }

    /// <summary>Null for every method.</summary>
    public string[]? Methods { get; init; }

    /// <summary>Null for every tag.</summary>
    public string? Tag { get; init; }
    public ApiVersion? ApiVersion { get; init; }
    public Operation? Operation { get; init; }

    internal sealed class Table() : Mapping<AccessTemplatePart>("access_template_part")
    {
        protected override void Map(EntityTypeBuilder<AccessTemplatePart> entity) =>
            entity.HasOne<AccessTemplate>().WithMany(t => t.Parts).HasForeignKey(p => p.AccessTemplateId);
    }
}
