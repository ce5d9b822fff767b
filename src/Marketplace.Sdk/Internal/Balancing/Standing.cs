namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>How a call to an instance ended.</summary>
internal enum CallEnd
{
    /// <summary>It answered, and not that it cannot.</summary>
    Answered,

    /// <summary>It answered 5xx.</summary>
    Failed,

    /// <summary>It could not be reached, or broke off.</summary>
    Lost,

    /// <summary>The caller gave up, or the call never set out: says nothing but how long it took.</summary>
    Abandoned,
}

/// <summary>What this caller has learnt of an instance: calls under way, latency, failures. All by interlocked counters.</summary>
internal sealed class Standing(long admittedAt, double latency, TimeProvider clock)
{
    // Of a peak so long ago, a third is left.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);
    private double latency = latency;
    private long observedAt = admittedAt;
    private long admittedAt = admittedAt;
    private long ejectedUntil;
    private long underWay;
    private int failures;
    private int slow;
    private int ejections;

    public long UnderWay => Interlocked.Read(ref underWay);

    /// <summary>Failures since the last success; one that could not be reached counts twice.</summary>
    public int Failures => Volatile.Read(ref failures);

    /// <summary>Answers in a row that were slower than they may be.</summary>
    public int Slow => Volatile.Read(ref slow);

    /// <summary>By the monotonic clock; 0 when it is in.</summary>
    public long EjectedUntil => Interlocked.Read(ref ejectedUntil);

    /// <summary>
    /// In seconds. A slower answer counts at once, faster ones lower it with time, and so does silence, so that who was slow
    /// is tried again. 0 when nothing is known.
    /// </summary>
    public double LatencyAt(long now) => Volatile.Read(ref latency) * Left(Interlocked.Read(ref observedAt), now);

    /// <summary>0.1 when it just came, or came back; 1 after the time.</summary>
    public double Admission(long now, TimeSpan slowStart)
    {
        var since = clock.GetElapsedTime(Interlocked.Read(ref admittedAt), now);
        return since >= slowStart ? 1 : Math.Max(0.1, since / slowStart);
    }

    public void Begin() => Interlocked.Increment(ref underWay);

    public void End(TimeSpan took, CallEnd end, bool isSlow, long now)
    {
        Interlocked.Decrement(ref underWay);
        // A refused connection is quick and no service.
        if (end != CallEnd.Lost)
            Observe(took.TotalSeconds, now);
        if (isSlow)
            Interlocked.Increment(ref slow);
        else if (end == CallEnd.Answered)
            Volatile.Write(ref slow, 0);
        if (end == CallEnd.Answered)
            Volatile.Write(ref failures, 0);
        else if (end != CallEnd.Abandoned)
            Interlocked.Add(ref failures, end == CallEnd.Lost ? 2 : 1);
    }

    /// <summary>Longer each time.</summary>
    public void Eject(TimeSpan first, TimeSpan longest, long now)
    {
        var times = Math.Min(16, Interlocked.Increment(ref ejections) - 1);
        var pause = TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << times));
        Interlocked.Exchange(ref ejectedUntil, now + (long)(pause.TotalSeconds * clock.TimestampFrequency));
    }

    /// <summary>Back in, slowly, and out again after one more that goes wrong.</summary>
    public void Admit(double usual, long now)
    {
        Volatile.Write(ref latency, usual);
        Interlocked.Exchange(ref observedAt, now);
        Interlocked.Exchange(ref admittedAt, now);
        Interlocked.Exchange(ref ejectedUntil, 0);
    }

    /// <summary>It has been good for long.</summary>
    public void Forgive(TimeSpan after, long now)
    {
        if (EjectedUntil == 0 && clock.GetElapsedTime(Interlocked.Read(ref admittedAt), now) > after)
            Volatile.Write(ref ejections, 0);
    }

    private void Observe(double seconds, long now)
    {
        var left = Left(Interlocked.Exchange(ref observedAt, now), now);
        while (true)
        {
            var before = Volatile.Read(ref latency);
            var faded = before * left;
            var after = seconds >= faded ? seconds : faded + (seconds * (1 - left));
            if (BitConverter.DoubleToInt64Bits(Interlocked.CompareExchange(ref latency, after, before)) == BitConverter.DoubleToInt64Bits(before))
                return;
        }
    }

    private double Left(long since, long now) => now <= since ? 1 : Math.Exp(-clock.GetElapsedTime(since, now) / Memory);
}
