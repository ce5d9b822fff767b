using Marketplace.ControlPlane.Snapshots;
using Marketplace.Core.Data;
using Marketplace.Core.Policy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ControlPlane.Discovery;

/// <summary>Keeps the lists as all replicas together have written them.</summary>
internal sealed partial class InstanceFollower(
    [FromKeyedServices(Plane.Control)] NpgsqlDataSource database, InstanceLists lists, ControlState state, ILogger<InstanceFollower> logger) : PolicyFollower(database)
{
    private long seen = -1;
    private string? signedBy;

    protected override IAsyncEnumerable<long> HeadsAsync(CancellationToken cancellation) =>
        PolicyWatch.HeadsAsync(Database, LeaseStatements.Channel, LeaseStatements.Head, cancellation);

    protected override void Interrupted(Exception cause) => Log.Interrupted(logger, cause);

    protected override async Task FollowAsync(long head, CancellationToken cancellation)
    {
        if (state.Current is not { } directory)
            return;
        // A lower head is another database, or one restored from a backup.
        if (directory.KeyId != signedBy || head < seen)
            await lists.RebuildAsync(_ => true, cancellation);
        else if (head != seen)
            await lists.RebuildAsync((await ChangedAsync(cancellation)).Contains, cancellation);
        (seen, signedBy) = (head, directory.KeyId);
    }

    private async Task<HashSet<SnapshotKey>> ChangedAsync(CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand("select api_version_id, environment from instance_list where revision > $1");
        command.Parameters.AddWithValue(seen);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var keys = new HashSet<SnapshotKey>();
        while (await reader.ReadAsync(cancellation))
            keys.Add(new(reader.GetGuid(0), reader.GetString(1)));
        return keys;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The lists of instances cannot be followed; what is served stays.")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
