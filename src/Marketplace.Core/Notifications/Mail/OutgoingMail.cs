using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Notifications.Mail;

public enum MailState
{
    Waiting,

    /// <summary>The mail server has taken it.</summary>
    Sent,

    /// <summary>The mail server will not take it, or could not for three days.</summary>
    GivenUp,
}

/// <summary>An e-mail to one person: one thing at once, or a digest.</summary>
public sealed class OutgoingMail
{
    public Guid Id { get; init; } = Guid.NewGuid();
    public required Guid PersonId { get; init; }
    public required MailCadence Cadence { get; init; }

    /// <summary>Up to when a digest tells.</summary>
    public DateTimeOffset? Period { get; init; }
    public required DateTimeOffset At { get; init; }
    public required MailState State { get; set; }

    /// <summary>Not sent before.</summary>
    public required DateTimeOffset NextAt { get; set; }
    public int Attempts { get; set; }

    /// <summary>What the mail server said last.</summary>
    public string? Answer { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public Person? Person { get; init; }

    internal sealed class Table() : Mapping<OutgoingMail>("mail");
}

/// <summary>One thing that waits to be mailed to one person, or was.</summary>
public sealed class MailItem
{
    public required Guid PersonId { get; init; }
    public required Guid NotificationId { get; init; }
    public required MailCadence Cadence { get; set; }
    public required DateTimeOffset At { get; init; }
    public Guid? MailId { get; set; }

    internal sealed class Table() : Mapping<MailItem>("mail_item")
    {
        protected override void Map(EntityTypeBuilder<MailItem> entity)
        {
            entity.HasKey(i => new { i.PersonId, i.NotificationId });
            entity.HasOne<InboxEntry>().WithMany().HasForeignKey(i => new { i.PersonId, i.NotificationId });
            entity.HasOne<OutgoingMail>().WithMany().HasForeignKey(i => i.MailId);
        }
    }
}

/// <summary>How the mail server was when anybody last tried.</summary>
public sealed class MailServer
{
    public int Id { get; init; }
    public DateTimeOffset? FailingSince { get; set; }
    public string? Answer { get; set; }
    public DateTimeOffset NextAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }

    internal sealed class Table() : Mapping<MailServer>("mail_server");
}
