using System.Collections.Concurrent;
using Marketplace.Core.Data;
using Marketplace.Core.Notifications.Outbox;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Notifications.Webhooks;

/// <summary>Gives endpoints their turns, some at once; none waits for another's to end.</summary>
internal sealed partial class WebhookWatch(WebhookDispatcher webhooks, ILogger<WebhookWatch> logger) : RepeatedWork(TimeSpan.FromSeconds(1))
{
    private readonly ConcurrentDictionary<Guid, Task> _turns = new();

    protected override async Task<bool> StepAsync(CancellationToken cancellation)
    {
        foreach (var (id, turn) in _turns)
        {
            if (turn.IsCompleted)
                _turns.TryRemove(id, out _);
        }

        var room = WebhookDispatcher.AtOnce - _turns.Count;
        if (room <= 0)
            return false;
        foreach (var id in await webhooks.TakeAsync(room, cancellation))
            _turns[id] = TurnAsync(id, cancellation);
        return false;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_turns.Values);
    }

    /// <summary>Never throws: what did not go well is tried again when its lease is over.</summary>
    private async Task TurnAsync(Guid id, CancellationToken cancellation)
    {
        try
        {
            await webhooks.TurnAsync(id, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The next one that starts goes on.
        }
        catch (Exception e)
        {
            Log.Hindered(logger, e);
        }
    }

    protected override void Hindered(Exception cause) => Log.Hindered(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 92, Level = LogLevel.Warning, Message = "Webhooks could not be delivered to; what they are to be told waits.")]
        public static partial void Hindered(ILogger logger, Exception exception);
    }
}
