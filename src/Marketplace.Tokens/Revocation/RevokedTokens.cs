using System.Collections.Concurrent;
using Marketplace.Core.Data;
using Marketplace.Tokens.Issue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Tokens.Revocation;

/// <summary>
/// The tokens revoked before they expired, in memory; every replica reads every second what the others added. Neither
/// issuing nor a data plane asks for it: data planes learn of revoked grants, and a token lives five minutes.
/// </summary>
internal sealed partial class RevokedTokens(
    [FromKeyedServices(Plane.Token)] NpgsqlDataSource database, TimeProvider clock, ILogger<RevokedTokens> logger) : BackgroundService, IHealthCheck
{
    /// <summary>Its health check's name; tagged "ready".</summary>
    public const string HealthCheck = "token-revocations";

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CleanInterval = TimeSpan.FromMinutes(1);

    // A row's time is when its transaction began, not when others could see it: each read reaches back so far.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Int128, DateTimeOffset> _expiries = new();
    private readonly LastWell _read = new(clock);

    public bool Contains(Int128 id) => _expiries.ContainsKey(id);

    /// <exception cref="NpgsqlException">Nobody else would have known of it: it is not revoked.</exception>
    public async Task AddAsync(Int128 id, DateTimeOffset expires, CancellationToken cancellation)
    {
        await using var insert = database.CreateCommand("insert into revoked_token (jti, expires_at) values ($1, $2) on conflict do nothing");
        insert.Parameters.AddWithValue(TokenId.Bytes(id));
        insert.Parameters.AddWithValue(expires);
        await insert.ExecuteNonQueryAsync(cancellation);
        _expiries.TryAdd(id, expires);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_read.Check(
            "What any replica revokes is known within seconds.",
            "What other replicas revoke has not been heard", "Introspection and token exchange go by what was known."));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollInterval);
        var sinceCleaned = CleanInterval;
        DateTimeOffset? read = null;
        var failing = false;
        do
        {
            try
            {
                // A process that slept, or waited for an answer, has missed more than one look.
                var now = clock.GetUtcNow();
                await ReadAsync(all: read is null || now - read > Overlap / 2, stoppingToken);
                _read.Note();
                (read, failing) = (now, false);
                sinceCleaned += PollInterval;
                if (sinceCleaned < CleanInterval)
                    continue;
                ForgetExpired(now);
                sinceCleaned = TimeSpan.Zero;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is, it does not stop the plane; the next time tries again.
                if (!failing)
                    Log.Interrupted(logger, e);
                (read, failing) = (null, true);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(t => t is { IsCompletedSuccessfully: true }, TaskScheduler.Default));
    }

    private async Task ReadAsync(bool all, CancellationToken cancellation)
    {
        await using var select = database.CreateCommand(
            "select jti, expires_at from revoked_token where expires_at > $1" + (all ? "" : " and revoked_at > now() - $2"));
        select.Parameters.AddWithValue(clock.GetUtcNow());
        if (!all)
            select.Parameters.AddWithValue(Overlap);
        await using var rows = await select.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            _expiries.TryAdd(TokenId.Of(rows.GetFieldValue<byte[]>(0)), rows.GetFieldValue<DateTimeOffset>(1));
    }

    private void ForgetExpired(DateTimeOffset now)
    {
        foreach (var (id, expires) in _expiries)
        {
            if (expires < now)
                _expiries.TryRemove(id, out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "What other replicas revoke cannot be read; introspection goes by what is known.")]
        public static partial void Interrupted(ILogger logger, Exception exception);
    }
}
