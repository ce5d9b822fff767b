using Marketplace.Core.Notifications.Outbox;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Portal.Notifications;

/// <summary>Degraded, never unhealthy: a mail server that is away is no reason to send people to another replica.</summary>
internal sealed class OutboxCheck(OutboxMeter meter) : IHealthCheck
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(meter.Age.MailSeconds > Late.TotalSeconds
            ? HealthCheckResult.Degraded($"The oldest e-mail has waited for {meter.Age.MailSeconds / 60:0} minutes.")
            : HealthCheckResult.Healthy($"{meter.Age.Mails} e-mails and {meter.Age.Webhooks} deliveries to webhooks wait."));
}
