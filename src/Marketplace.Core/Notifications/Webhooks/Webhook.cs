using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Notifications.Webhooks;

public enum WebhookStop
{
    ByHand,

    /// <summary>It took nothing for three days.</summary>
    Failing,

    /// <summary>It said 410 Gone.</summary>
    Gone,
}

/// <summary>Where a team's programs are told.</summary>
public sealed class Webhook
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid TeamId { get; init; }
    public required string Url { get; set; }
    public required string Description { get; set; }

    /// <summary>Empty for every one.</summary>
    public required string[] EventTypes { get; set; }

    /// <summary>Sealed: we sign with it.</summary>
    public required byte[] Secret { get; set; }

    /// <summary>The one before, with which we sign as well until its time is over.</summary>
    public byte[]? OldSecret { get; set; }
    public DateTimeOffset? OldSecretUntil { get; set; }
    public required Guid CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DisabledAt { get; set; }
    public WebhookStop? DisabledWhy { get; set; }

    /// <summary>The first failure since it last took something.</summary>
    public DateTimeOffset? FailingSince { get; set; }
    public int Failures { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }
    public required DateTimeOffset NextAt { get; set; }
    public Team? Team { get; init; }
    public List<WebhookApi> Apis { get; } = [];

    internal sealed class Table() : Mapping<Webhook>("webhook")
    {
        protected override void Map(EntityTypeBuilder<Webhook> entity) => entity.HasOne<Person>().WithMany().HasForeignKey(w => w.CreatedBy);
    }
}

/// <summary>A webhook is told of an API's changes as a subscriber is.</summary>
public sealed class WebhookApi
{
    public required Guid WebhookId { get; init; }
    public required Guid ApiId { get; init; }
    public Api? Api { get; init; }

    internal sealed class Table() : Mapping<WebhookApi>("webhook_api")
    {
        protected override void Map(EntityTypeBuilder<WebhookApi> entity) => entity.HasKey(w => new { w.WebhookId, w.ApiId });
    }
}

public enum DeliveryState
{
    Waiting,
    Delivered,

    /// <summary>Tried for three days; only a replay tries again.</summary>
    Failed,
}

/// <summary>One webhook is told one thing.</summary>
public sealed class WebhookDelivery
{
    public required Guid WebhookId { get; init; }
    public required Guid NotificationId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DeliveryState State { get; set; }
    public required DateTimeOffset NextAt { get; set; }

    /// <summary>Of this time round; a replay begins anew.</summary>
    public int Attempts { get; set; }
    public required DateTimeOffset BeganAt { get; set; }
    public DateTimeOffset? TriedAt { get; set; }
    public int? Status { get; set; }
    public string? Answer { get; set; }
    public Notification? Notification { get; init; }
    public Webhook? Webhook { get; init; }

    internal sealed class Table() : Mapping<WebhookDelivery>("webhook_delivery")
    {
        protected override void Map(EntityTypeBuilder<WebhookDelivery> entity) => entity.HasKey(d => new { d.WebhookId, d.NotificationId });
    }
}
