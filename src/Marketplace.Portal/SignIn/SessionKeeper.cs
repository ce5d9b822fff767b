using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.People.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.SignIn;

/// <summary>Writes when sessions and tokens were last used, every few seconds and all at once; forgets sessions that ended long ago.</summary>
internal sealed partial class SessionKeeper(
    LiveSessions sessions, AccessTokens tokens, IDbContextFactory<MarketplaceDb> databases, TimeProvider clock, ILogger<SessionKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Long enough to look into what somebody did from where.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteAsync(forget: round % 240 == 0);
        }
    }

    private async Task WriteAsync(bool forget)
    {
        try
        {
            // Also when it stops: what was used until now is not lost.
            await sessions.WriteSeenAsync(CancellationToken.None);
            await tokens.WriteUsedAsync(CancellationToken.None);
            if (!forget)
                return;
            var before = clock.GetUtcNow() - Kept;
            await using var db = await databases.CreateDbContextAsync();
            await db.PersonSessions.Where(s => s.ExpiresAt < before).ExecuteDeleteAsync();
        }
        catch (Exception fault)
        {
            Log.Hindered(logger, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "When sessions and tokens were last used could not be written; the next round tries again.")]
        public static partial void Hindered(ILogger logger, Exception fault);
    }
}
