using System.Diagnostics.Metrics;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Mail;

namespace Marketplace.Core.Notifications.Outbox;

/// <summary>For operators: what was sent and what was not, and how long the oldest waits.</summary>
public sealed class OutboxMeter : IDisposable
{
    public const string Name = "Marketplace.Notifications";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _mails;
    private readonly Counter<long> _posts;
    private OutboxAge _age = new(0, 0, 0, 0);

    public OutboxMeter()
    {
        _mails = _meter.CreateCounter<long>("marketplace.notifications.mails", "{mail}", "E-mails that were taken by the mail server, or given up.");
        _posts = _meter.CreateCounter<long>("marketplace.notifications.webhook_attempts", "{attempt}", "Attempts to deliver to a webhook.");
        _meter.CreateObservableGauge(
            "marketplace.notifications.oldest_seconds",
            () => new[] { Of(_age.MailSeconds, "mail"), Of(_age.WebhookSeconds, "webhook") }, "s", "How long the oldest that is due waits to be delivered.");
        _meter.CreateObservableGauge(
            "marketplace.notifications.waiting", () => new[] { Of(_age.Mails, "mail"), Of(_age.Webhooks, "webhook") }, "{message}", "How many wait to be delivered.");
    }

    public void Mailed(MailState state) => _mails.Add(1, new KeyValuePair<string, object?>("outcome", StoredEnum.ToWord(state)));

    public void Posted(bool isTaken) => _posts.Add(1, new KeyValuePair<string, object?>("outcome", isTaken ? "delivered" : "failed"));

    /// <summary>As of the last look.</summary>
    public OutboxAge Age => _age;

    internal void Look(OutboxAge age) => _age = age;

    public void Dispose() => _meter.Dispose();

    private static Measurement<double> Of(double value, string channel) => new(value, new KeyValuePair<string, object?>("channel", channel));
}

/// <param name="Mails">E-mails that wait.</param>
/// <param name="MailSeconds">How long the oldest of them does.</param>
/// <param name="Webhooks">Deliveries that wait.</param>
/// <param name="WebhookSeconds">How long the oldest of them does.</param>
public sealed record OutboxAge(long Mails, double MailSeconds, long Webhooks, double WebhookSeconds);
