namespace Marketplace.Sdk.Internal.Tokens;

/// <summary>The token of one audience.</summary>
internal sealed class TokenSlot(Func<Task<IssuedToken>> fetch, TimeProvider time)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private IssuedToken? current;
    private Task<IssuedToken>? inFlight;
    private DateTimeOffset retryAfter;
    private DateTimeOffset refusedUntil;

    public ValueTask<string> GetAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var token = Volatile.Read(ref current);
        if (token is null || now >= token.UnusableAt)
            return new ValueTask<string>(WaitAsync(Fetch(now), cancellation));
        if (now >= token.RenewAt)
            RenewInBackground(now);
        return ValueTask.FromResult(token.Value);
    }

    public void Forget(string value)
    {
        lock (gate)
        {
            if (current?.Value == value)
                current = null;
        }
    }

    /// <summary>False where one was refused a moment ago: a service that takes none must not have one asked for with each call.</summary>
    public bool ForgetRefused(string value)
    {
        lock (gate)
        {
            // Another one has taken its place already, or is on its way.
            if (current?.Value != value)
                return true;
            var now = time.GetUtcNow();
            if (now < refusedUntil)
                return false;
            (current, refusedUntil) = (null, now + PauseAfterRefusal);
            return true;
        }
    }

    public bool ForgetOlder(string value, TimeSpan age)
    {
        lock (gate)
        {
            // Another one has taken its place already, or is on its way.
            if (current?.Value != value)
                return true;
            if (time.GetUtcNow() - current.RequestedAt < age)
                return false;
            current = null;
            return true;
        }
    }

    private static async Task<string> WaitAsync(Task<IssuedToken> fetching, CancellationToken cancellation) =>
        (await fetching.WaitAsync(cancellation)).Value;

    private void RenewInBackground(DateTimeOffset now)
    {
        lock (gate)
        {
            if (inFlight is not null || now < retryAfter)
                return;
        }

        // The old token still serves: a failure here is tried again, and surfaces only when the old one has run out.
        _ = Fetch(now).ContinueWith(static failed => _ = failed.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private Task<IssuedToken> Fetch(DateTimeOffset now)
    {
        lock (gate)
        {
            if (inFlight is null && current is { } fresh && now < fresh.RenewAt)
                return Task.FromResult(fresh);
            return inFlight ??= Task.Run(FetchAndKeepAsync);
        }
    }

    private async Task<IssuedToken> FetchAndKeepAsync()
    {
        try
        {
            var token = await fetch();
            lock (gate)
            {
                current = token;
                inFlight = null;
            }

            return token;
        }
        catch
        {
            lock (gate)
            {
                retryAfter = time.GetUtcNow() + PauseAfterFailure;
                inFlight = null;
            }

            throw;
        }
    }
}

/// <summary>A token and its times.</summary>
internal sealed record IssuedToken(string Value, DateTimeOffset RequestedAt, DateTimeOffset RenewAt, DateTimeOffset UnusableAt)
{
    public static IssuedToken Of(string value, DateTimeOffset requestedAt, TimeSpan life) =>
        // Not used in its last moments: it must still hold when it arrives.
        new(value, requestedAt, requestedAt + (life * 0.8), requestedAt + life - TimeSpan.FromSeconds(Math.Min(5, life.TotalSeconds * 0.1)));
}
