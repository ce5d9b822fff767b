using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Tokens;

/// <summary>When something that happens every second or so last went well, for health to say since when it has not.</summary>
internal sealed class LastWell(TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private long _at = clock.GetTimestamp();

    public TimeSpan Age => clock.GetElapsedTime(Interlocked.Read(ref _at));

    public void Note() => Interlocked.Exchange(ref _at, clock.GetTimestamp());

    /// <param name="well">What holds while it goes well.</param>
    /// <param name="stale">What does not, to be followed by since when.</param>
    /// <param name="consequence">What that means for who asks for tokens.</param>
    /// <param name="data">For machines.</param>
    public HealthCheckResult Check(string well, string stale, string consequence, IReadOnlyDictionary<string, object>? data = null)
    {
        var age = Age;
        return age < Patience
            ? HealthCheckResult.Healthy(well, data)
            : HealthCheckResult.Degraded($"{stale} since {clock.GetUtcNow() - age:u} ({age.TotalSeconds:0} s): the database does not answer. {consequence}", data: data);
    }
}
