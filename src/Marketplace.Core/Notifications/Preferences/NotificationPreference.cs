using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Notifications.Preferences;

/// <summary>A person's choice, where it is not the usual one.</summary>
public sealed class NotificationPreference
{
    public required Guid PersonId { get; init; }
    public required NotificationCategory Category { get; init; }
    public required MailCadence Email { get; set; }

    internal sealed class Table() : Mapping<NotificationPreference>("notification_preference")
    {
        protected override void Map(EntityTypeBuilder<NotificationPreference> entity)
        {
            entity.HasKey(p => new { p.PersonId, p.Category });
            entity.HasOne<Person>().WithMany().HasForeignKey(p => p.PersonId);
        }
    }
}
