using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access.Recertification.Unused;

public enum NarrowingAnswer
{
    GivenUp,
    Kept,
}

/// <summary>The owners of an API ask the team of an application to give up endpoints that it does not use. Which, stands in <c>narrowing_item</c>.</summary>
public sealed class NarrowingRequest
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Given by the database.</summary>
    public long Number { get; init; }
    public required Guid ApplicationId { get; init; }
    public required Guid ApiVersionId { get; init; }
    public required string Environment { get; init; }
    public required Guid AskedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public NarrowingAnswer? Answer { get; set; }
    public Guid? AnsweredBy { get; set; }
    public DateTimeOffset? AnsweredAt { get; set; }
    public string? Reason { get; set; }
    public Application? Application { get; init; }
    public ApiVersion? ApiVersion { get; init; }

    internal sealed class Table() : Mapping<NarrowingRequest>("narrowing_request")
    {
        protected override void Map(EntityTypeBuilder<NarrowingRequest> entity) => entity.Property(r => r.Number).ValueGeneratedOnAdd();
    }
}
