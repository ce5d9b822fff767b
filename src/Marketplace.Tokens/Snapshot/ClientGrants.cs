using Marketplace.Contracts.Policy;

namespace Marketplace.Tokens.Snapshot;

/// <summary>
/// One client's grants for one target. What stands now is computed once and kept until a grant begins or ends, or
/// the API's operations change.
/// </summary>
internal sealed class ClientGrants(GrantPeriod[] periods, params GrantPeriod[] suspended)
{
    private StandingGrants? _standing;

    public StandingGrants At(ApiLine line, long now)
    {
        var standing = Volatile.Read(ref _standing);
        if (standing is not null && ReferenceEquals(standing.Line, line) && now >= standing.From && now < standing.Until)
            return standing;
        standing = Compute(line, now);
        Volatile.Write(ref _standing, standing);
        return standing;
    }

    /// <summary>Whether a published operation is set aside: any, or the one with this key. Only who refuses asks.</summary>
    public bool IsSuspended(ApiLine line, long now, string? key = null) =>
        Array.Exists(suspended, period => now < period.Until && line.KeyOf(period.Index) is { } found && (key is null || key == found));

    private StandingGrants Compute(ApiLine line, long now)
    {
        long from = 0, until = uint.MaxValue;
        var current = new List<GrantPeriod>();
        foreach (var period in periods)
        {
            foreach (var boundary in (ReadOnlySpan<long>)[period.From, period.Until])
            {
                if (boundary <= now)
                    from = Math.Max(from, boundary);
                else
                    until = Math.Min(until, boundary);
            }
            // A removed operation keeps its grant and its bit, but nothing can be called.
            if (period.From <= now && now < period.Until && line.KeyOf(period.Index) is not null)
                current.Add(period);
        }
        return new StandingGrants(line, current, from, until);
    }
}

/// <summary>The grants that stand from <paramref name="from"/> until <paramref name="until"/>, ready to be put into a token.</summary>
internal sealed class StandingGrants(ApiLine line, IReadOnlyList<GrantPeriod> grants, long from, long until)
{
    private const int MaxScopeKeys = 50;

    // A service asks for the same few scopes again and again.
    private const int MaxNarrowed = 8;

    private (string Scope, StandingGrants Grants)[] _narrowed = [];

    public ApiLine Line => line;

    public long From => from;

    public long Until => until;

    public bool IsEmpty => grants.Count == 0;

    /// <summary>The "ops" claim.</summary>
    public string Operations { get; } = OperationBitmap.Of([.. grants.Select(grant => grant.Index)]).ToString();

    /// <summary>The "scope" claim: the operation keys, or null when they are more than 50.</summary>
    public string? Scope { get; } = grants.Count > MaxScopeKeys
        ? null
        : string.Join(' ', grants.OrderBy(grant => grant.Index).Select(grant => line.KeyOf(grant.Index)));

    /// <summary>When the last of them ends, in seconds since 1970.</summary>
    public long LastEnd { get; } = grants.Select(grant => (long)grant.Until).DefaultIfEmpty(0).Max();

    /// <summary>
    /// Only those that a requested scope names (RFC 6749 §3.3), or null if it names one that does not stand here:
    /// a request may narrow, never widen.
    /// </summary>
    public StandingGrants? Narrow(string scope)
    {
        var known = Volatile.Read(ref _narrowed);
        foreach (var (asked, chosen) in known)
        {
            if (asked == scope)
                return chosen;
        }
        var narrowed = Narrow(scope.Split(' '));
        // Two at once may forget one of the two, which is then found out again.
        if (narrowed is not null && known.Length < MaxNarrowed)
            Volatile.Write(ref _narrowed, [.. known, (scope, narrowed)]);
        return narrowed;
    }

    /// <inheritdoc cref="Narrow(string)"/>
    public StandingGrants? Narrow(IEnumerable<string> keys)
    {
        var byIndex = grants.ToDictionary(grant => grant.Index);
        var chosen = new Dictionary<int, GrantPeriod>();
        foreach (var key in keys)
        {
            if (!line.TryGetIndex(key, out var index) || !byIndex.TryGetValue(index, out var grant))
                return null;
            chosen[index] = grant;
        }
        return With(chosen.Values);
    }

    /// <summary>Those with an index that passes.</summary>
    public StandingGrants Only(Func<int, bool> passes) => With(grants.Where(grant => passes(grant.Index)));

    /// <summary>Those that another client has too, each until the sooner of its two ends.</summary>
    public StandingGrants Intersect(StandingGrants other)
    {
        var theirs = other.Periods.ToDictionary(grant => grant.Index);
        return With(grants.Where(grant => theirs.ContainsKey(grant.Index))
            .Select(grant => grant with { Until = Math.Min(grant.Until, theirs[grant.Index].Until) }));
    }

    /// <summary>Those of either part of the same whole.</summary>
    public StandingGrants Union(StandingGrants other) => With(grants.UnionBy(other.Periods, grant => grant.Index));

    private IReadOnlyList<GrantPeriod> Periods => grants;

    private StandingGrants With(IEnumerable<GrantPeriod> chosen) => new(line, [.. chosen], from, until);
}
