using System.Diagnostics;
using Marketplace.Contracts.Policy;
using Marketplace.Testing;

namespace Marketplace.Host.Tests.Drills;

/// <summary>
/// What every drill is held to: no granted call is refused from its first moment to its last, and no call on a revoked
/// grant is let through once its time is over, or ever again after it was refused once.
/// </summary>
internal sealed class Drill
{
    private readonly World _world;
    private long _revokedAt;

    private Drill(World world)
    {
        _world = world;
        (Began, Issued) = (Stopwatch.GetTimestamp(), world.Caller.Counts);
    }

    private long Began { get; set; }

    private (int Issued, int Failed) Issued { get; }

    /// <summary>All is well, and the grant that may be revoked stands.</summary>
    public static async Task<Drill> BeginAsync(World world)
    {
        await world.MendAsync();
        await IsWellAsync(world, TimeSpan.FromSeconds(40));
        await world.GrantRevocableAsync();
        return new Drill(world);
    }

    /// <summary>Of both data planes.</summary>
    public async Task EachSaysAsync(Func<Health, bool> so, TimeSpan within)
    {
        foreach (var plane in _world.DataPlanes) await plane.SaysAsync(so, within);
    }

    public async Task RevokeAsync()
    {
        await _world.RevokeAsync();
        _revokedAt = Stopwatch.GetTimestamp();
    }

    /// <summary>From now, the revocation has this long to arrive; returns when it has.</summary>
    public async Task ClosesAsync(TimeSpan within)
    {
        var from = Stopwatch.GetTimestamp();
        try
        {
            await Eventually.HoldsAsync(() => _world.Loads.All(load => load.LastOfRevocable == ReasonCode.GrantEnded), within);
        }
        catch (TimeoutException)
        {
            var states = await Task.WhenAll(_world.DataPlanes.Select(async plane => $"{plane.Name}: {await plane.HealthAsync()}\n{plane.Said}"));
            Assert.Fail($"Not closed after {within}: {string.Join(", ", _world.Loads.Select(load => $"{load.Plane} {load.LastOfRevocable}"))}\n{string.Join('\n', states)}");
        }
        Tell($"closed {Stopwatch.GetElapsedTime(from).TotalSeconds:0.0} s after that");
    }

    /// <summary>Both data planes say that nothing is wrong any more, by themselves.</summary>
    public Task IsWellAgainAsync(TimeSpan within) => IsWellAsync(_world, within);

    /// <summary>Counts from here on: what came before was a stated bound.</summary>
    public void BeginAnew() => Began = Stopwatch.GetTimestamp();

    /// <summary>The count. A data plane that was itself killed may have left calls unanswered meanwhile.</summary>
    public async Task CountAsync(bool dataPlanesWereKilled = false)
    {
        // Some more, after all is over.
        await Task.Delay(300);
        await Eventually.HoldsAsync(() => _world.Loads.All(load => load.Since(Began).Count(answer => answer.IsGranted) > 20), TimeSpan.FromSeconds(20));
        foreach (var load in _world.Loads)
        {
            var granted = load.Since(Began).Where(answer => answer.IsGranted).ToList();
            var refused = granted.Where(answer => answer.Verdict != Load.Allowed && !(dataPlanesWereKilled && answer.Verdict == Load.Unanswered)).ToList();
            Assert.True(refused.Count == 0, $"{load.Plane}: {refused.Count} of {granted.Count} granted calls were refused: {Shown(refused)}");
            Tell($"{load.Plane}: {granted.Count} granted calls, none refused{Unanswered(granted)}");
            if (_revokedAt > 0) NoneGotThrough(load);
        }
        var (issued, failed) = (_world.Caller.Counts.Issued - Issued.Issued, _world.Caller.Counts.Failed - Issued.Failed);
        Tell($"{issued} tokens issued, {failed} not");
    }

    /// <summary>Every token that was asked for was issued.</summary>
    public void NoTokenWasMissed()
    {
        Assert.Equal(0, _world.Caller.Counts.Failed - Issued.Failed);
        Assert.InRange(_world.Caller.Counts.Issued - Issued.Issued, 1, int.MaxValue);
    }

    private void NoneGotThrough(Load load)
    {
        var revoked = load.Since(_revokedAt).Where(answer => !answer.IsGranted).ToList();
        var first = revoked.FirstOrDefault(answer => answer.Verdict == ReasonCode.GrantEnded);
        Assert.NotEqual(default, first);
        var late = revoked.Where(answer => answer.Verdict == Load.Allowed && answer.SentAt > first.AnsweredAt).ToList();
        Assert.True(late.Count == 0, $"{load.Plane}: {late.Count} revoked calls were let through after one was refused: {Shown(late)}");
        Tell($"{load.Plane}: {revoked.Count(answer => answer.Verdict == Load.Allowed)} revoked calls in the first {Stopwatch.GetElapsedTime(_revokedAt, first.AnsweredAt).TotalSeconds:0.0} s, then none of {revoked.Count(answer => answer.SentAt > first.AnsweredAt)}");
    }

    private static async Task IsWellAsync(World world, TimeSpan within)
    {
        foreach (var plane in world.DataPlanes) await plane.SaysAsync(health => health.IsHealthy && health.LivesOn("marketplace"), within);
    }

    private static string Unanswered(List<Answer> answers) =>
        answers.Count(answer => answer.Verdict == Load.Unanswered) is > 0 and var count ? $" ({count} while it was not there)" : "";

    private string Shown(IEnumerable<Answer> answers) =>
        string.Join(", ", answers.Take(5).Select(answer => $"{answer.Verdict} after {Stopwatch.GetElapsedTime(Began, answer.SentAt).TotalSeconds:0.0} s"));

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
