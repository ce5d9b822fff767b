using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Access.Requests.Comments;

/// <summary>What one of those who see a request said on it. A part of its record: it is neither changed nor removed.</summary>
public sealed class RequestComment
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid AccessRequestId { get; init; }
    public required string Markdown { get; init; }
    public required Guid WrittenBy { get; init; }
    public required DateTimeOffset WrittenAt { get; init; }

    internal sealed class Table() : Mapping<RequestComment>("access_request_comment")
    {
        protected override void Map(EntityTypeBuilder<RequestComment> entity)
        {
            entity.HasOne<AccessRequest>().WithMany().HasForeignKey(c => c.AccessRequestId);
            entity.HasOne<Person>().WithMany().HasForeignKey(c => c.WrittenBy);
        }
    }
}
