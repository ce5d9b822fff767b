using Marketplace.Core.Data;
using Marketplace.Core.Policy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Tokens.Snapshot;

/// <summary>Keeps the snapshot as the change log says.</summary>
internal sealed partial class SnapshotRefresher(
    [FromKeyedServices(Plane.Token)] NpgsqlDataSource database,
    SnapshotLoader loader, CurrentSnapshot current, ILogger<SnapshotRefresher> logger) : PolicyFollower(database)
{
    protected override async Task FollowAsync(long head, CancellationToken cancellation) => current.Confirm(await RefreshAsync(head, cancellation));

    protected override void Interrupted(Exception cause)
    {
        Log.Interrupted(logger, cause, current.Value?.Revision ?? -1);
        // Idle connections of a server that went away would each cost an attempt.
        Database.Clear();
    }

    private async Task<TokenSnapshot> RefreshAsync(long head, CancellationToken cancellation)
    {
        if (current.Value is { } last)
        {
            if (last.Revision == head)
                return last;
            return await loader.AdvanceAsync(last, cancellation);
        }
        var first = await loader.LoadAsync(cancellation);
        Log.Loaded(logger, first.Revision, first.Clients.Count, first.Targets.Count);
        return first;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Issuing at policy revision {Revision}: {Clients} applications, {Audiences} audiences.")]
        public static partial void Loaded(ILogger logger, long revision, int clients, int audiences);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The policy cannot be followed; issuing stays at revision {Revision}.")]
        public static partial void Interrupted(ILogger logger, Exception exception, long revision);
    }
}
