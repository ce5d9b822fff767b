using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Notifications;

/// <summary>One thing that people are told; who they are stands in <see cref="InboxEntry"/>.</summary>
public sealed class Notification
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>A <see cref="NotificationKind"/>.</summary>
    public required string Kind { get; init; }
    public required string Subject { get; init; }

    /// <summary>Plain text.</summary>
    public required string Text { get; init; }

    /// <summary>A path of the portal.</summary>
    public required string Link { get; init; }
    public required DateTimeOffset At { get; init; }

    internal sealed class Table() : Mapping<Notification>("notification");
}

/// <summary>One person is told one thing.</summary>
public sealed class InboxEntry
{
    public required Guid PersonId { get; init; }
    public required Guid NotificationId { get; init; }
    public required DateTimeOffset At { get; init; }
    public DateTimeOffset? ReadAt { get; set; }
    public Notification? Notification { get; init; }

    internal sealed class Table() : Mapping<InboxEntry>("inbox_entry")
    {
        protected override void Map(EntityTypeBuilder<InboxEntry> entity)
        {
            entity.HasKey(e => new { e.PersonId, e.NotificationId });
            entity.HasOne<Person>().WithMany().HasForeignKey(e => e.PersonId);
        }
    }
}
