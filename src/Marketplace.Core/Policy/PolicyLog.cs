using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Policy;

/// <summary>
/// Gives a change its policy revision. Call it last in the transaction: the row lock on <c>policy_head</c> is held
/// until commit, so that revisions commit in their own order and a reader that has seen N has seen all before it.
/// </summary>
public static class PolicyLog
{
    /// <summary>The channel that readers LISTEN on.</summary>
    public const string Channel = "policy_changed";

    public static async Task<long> AppendAsync(
        MarketplaceDb db, DateTimeOffset at, IReadOnlyList<PolicyChangeDraft> changes, CancellationToken cancellation)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("A policy change belongs to the transaction that makes it.");

        var revision = (await db.Database
            .SqlQuery<long>($"update policy_head set revision = revision + 1 returning revision as \"Value\"")
            .ToListAsync(cancellation))[0];
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into policy_change (revision, position, kind, api_version_id, environment, application_id, at)
            select {revision}, position, kind, api_version_id, environment, application_id, {at}
            from unnest({changes.Select(c => c.Kind).ToArray()}, {changes.Select(c => c.ApiVersionId).ToArray()},
              {changes.Select(c => c.Environment).ToArray()}, {changes.Select(c => c.ApplicationId).ToArray()})
              with ordinality as change (kind, api_version_id, environment, application_id, position)
            """,
            cancellation);
        await db.Database.ExecuteSqlAsync($"select pg_notify({Channel}, {revision.ToString()})", cancellation);
        return revision;
    }
}

/// <param name="Kind">A <see cref="PolicyChangeKind"/>.</param>
/// <param name="ApiVersionId">The line whose snapshots change; null for every line the application has grants in.</param>
/// <param name="Environment">Null for every environment.</param>
/// <param name="ApplicationId">The application whose tokens change; null for none or all.</param>
public sealed record PolicyChangeDraft(string Kind, Guid? ApiVersionId = null, string? Environment = null, Guid? ApplicationId = null);

public static class PolicyChangeKind
{
    /// <summary>Operations, base path, audiences or lifecycle of a line.</summary>
    public const string Published = "published";
    public const string Granted = "granted";
    public const string Revoked = "revoked";

    /// <summary>What a plan's grants may spend, or who has spent it: tokens are as before.</summary>
    public const string Limits = "limits";

    /// <summary>Grants were set aside.</summary>
    public const string Suspended = "suspended";

    /// <summary>Grants that were set aside go on.</summary>
    public const string Resumed = "resumed";

    /// <summary>A line is enforced, or lets through what it would refuse, in one environment.</summary>
    public const string Enforcement = "enforcement";

    /// <summary>An application came, went, or changed its credentials.</summary>
    public const string Application = "application";
    public const string SigningKeys = "signing_keys";

    /// <summary>Nothing but the revision: the database was restored from a backup.</summary>
    public const string Restored = "restored";
}
