using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Outbox;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Notifications;

/// <summary>Sends the e-mails that are due. It stands with governance, which writes what is told.</summary>
internal sealed partial class MailWatch(MailDispatcher mails, ILogger<MailWatch> logger) : RepeatedWork(TimeSpan.FromSeconds(2))
{
    protected override Task<bool> StepAsync(CancellationToken cancellation) => mails.StepAsync(cancellation);

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 90, Level = LogLevel.Warning, Message = "E-mails could not be sent; they wait in the outbox.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}

/// <summary>Looks twice a minute how long the oldest waits, and forgets what is over once an hour.</summary>
internal sealed partial class OutboxWatch(OutboxKeeper keeper, TimeProvider clock, ILogger<OutboxWatch> logger) : RepeatedWork(TimeSpan.FromSeconds(30))
{
    private DateTimeOffset _forgotten;

    protected override async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await keeper.LookAsync(cancellation);
        if (clock.GetUtcNow() - _forgotten < TimeSpan.FromHours(1))
            return false;
        await keeper.ForgetAsync(cancellation);
        _forgotten = clock.GetUtcNow();
        return false;
    }

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 91, Level = LogLevel.Warning, Message = "The outbox could not be looked at.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
