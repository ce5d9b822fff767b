using Marketplace.ControlPlane.Pullers;
using Marketplace.ControlPlane.Snapshots;
using Marketplace.Core.Data;
using Marketplace.Core.Policy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ControlPlane;

/// <summary>Keeps what is served as the change log says.</summary>
internal sealed partial class ControlRefresher(
    [FromKeyedServices(Plane.Control)] NpgsqlDataSource database, ControlQueries queries, SnapshotCache snapshots,
    ControlState state, TimeProvider clock, ILogger<ControlRefresher> logger) : PolicyFollower(database)
{
    // For what no policy change tells, such as an API that moved to another team.
    private static readonly TimeSpan DirectoryLife = TimeSpan.FromSeconds(30);
    private long loadedAt;

    protected override void Interrupted(Exception cause) => Log.Interrupted(logger, cause, state.Revision);

    protected override async Task FollowAsync(long head, CancellationToken cancellation)
    {
        var seen = state.Revision;
        if (head != seen || clock.GetElapsedTime(loadedAt) > DirectoryLife || state.Current is null)
        {
            var before = state.Current?.KeyId;
            if (await queries.LoadAsync(cancellation) is not { } directory)
                return;
            state.Replace(directory);
            loadedAt = clock.GetTimestamp();
            if (before is not null && before != directory.KeyId)
                await snapshots.RebuildAsync(_ => true, cancellation);
            else if (head != seen)
                await snapshots.RebuildAsync(await ConcernedAsync(seen, head, cancellation), cancellation);
        }

        state.Confirm(head);
    }

    private async Task<Func<SnapshotKey, bool>> ConcernedAsync(long seen, long head, CancellationToken cancellation)
    {
        // A lower head is another database, or one restored from a backup.
        if (head < seen)
            return _ => true;
        var changes = await queries.ChangesAfterAsync(seen, cancellation);
        // What names nobody, new signing keys among it, concerns all.
        if (changes.Exists(change => change is { ApiVersionId: null, ApplicationId: null }))
            return _ => true;
        Guid[] applications = [.. changes.Where(change => change.ApiVersionId is null).Select(change => change.ApplicationId).OfType<Guid>().Distinct()];
        var keys = applications.Length == 0 ? [] : await queries.KeysOfAsync(applications, cancellation);
        var lines = changes.Where(change => change.ApiVersionId is not null).ToLookup(change => change.ApiVersionId!.Value, change => change.Environment);
        return key => keys.Contains(key) || lines[key.Line].Any(environment => environment is null || environment == key.Environment);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The policy cannot be followed; snapshots stay at revision {Revision}.")]
        public static partial void Interrupted(ILogger logger, Exception exception, long revision);
    }
}
