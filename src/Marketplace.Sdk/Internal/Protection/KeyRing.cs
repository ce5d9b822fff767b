using Marketplace.Jose;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>
/// The marketplace's keys. The last good set is kept whatever a fetch answers; a key that is not in it causes one
/// fetch, and not another one until the cool-down has passed, whatever strangers send.
/// </summary>
internal sealed partial class KeyRing(IOptions<MarketplaceOptions> options, TimeProvider time, ILogger<KeyRing> logger) : IDisposable
{
    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly HttpClient http = BackchannelHttp.Create(options.Value);
    private readonly Lock gate = new();
    private KeySet keys = KeySet.Empty;
    private Task<bool>? inFlight;
    private long? lastMiss;

    /// <summary>Whether a set was ever fetched.</summary>
    public bool IsLoaded { get; private set; }

    // Those of the disk count: a marketplace that is away is not asked once per stranger's call.
    private bool HasKeys => !ReferenceEquals(Volatile.Read(ref keys), KeySet.Empty);

    /// <summary>Whether a key that verified something is still published.</summary>
    public bool IsPublished(VerificationKey key) => Volatile.Read(ref keys).Verifier.Holds(key);

    /// <summary>The set in use.</summary>
    public KeySet Current => Volatile.Read(ref keys);

    /// <summary>Until the first fetch: the set that this service kept on its own disk.</summary>
    public void Adopt(KeySet kept)
    {
        lock (gate)
        {
            if (!IsLoaded)
                Volatile.Write(ref keys, kept);
        }
    }

    /// <summary>Verifies, and fetches the keys once where the token names one that is not known yet.</summary>
    public async ValueTask<JwsVerification> VerifyAsync(HashedToken token, JwsExpectation expectation)
    {
        var verification = Volatile.Read(ref keys).Verifier.Verify(token, expectation);
        if (verification is not { Failure: JwsFailure.UnknownKey, Jws.Header.KeyId: { } keyId } || !await RefetchForAsync(keyId))
            return verification;
        return Volatile.Read(ref keys).Verifier.Verify(token, expectation);
    }

    /// <summary>Fetches the set; true when a good one came. Joins a fetch that is under way.</summary>
    public Task<bool> RefreshAsync()
    {
        lock (gate)
            return inFlight ??= Task.Run(FetchAsync);
    }

    public void Dispose() => http.Dispose();

    private async Task<bool> RefetchForAsync(string keyId)
    {
        // One that is under way began before this token came, and may bring the keys of before.
        if (Volatile.Read(ref inFlight) is { } underWay)
            await PatientlyAsync(underWay);
        Task<bool> fetch;
        lock (gate)
        {
            if (keys.Verifier.Knows(keyId))
                return true;
            if (inFlight is null && HasKeys && lastMiss is { } before && time.GetElapsedTime(before) < CoolDown)
                return false;
            if (HasKeys)
                lastMiss = time.GetTimestamp();
            fetch = inFlight ??= Task.Run(FetchAsync);
        }

        return await PatientlyAsync(fetch);
    }

    private async Task<bool> PatientlyAsync(Task<bool> fetch)
    {
        try
        {
            return await fetch.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<bool> FetchAsync()
    {
        try
        {
            var body = await http.GetByteArrayAsync(".well-known/jwks.json");
            if (KeySet.TryRead(body, keys, out var set))
            {
                Volatile.Write(ref keys, set);
                IsLoaded = true;
                return true;
            }

            Log.NotASet(logger, options.Value.Url);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            Log.Unreachable(logger, e.Message);
        }
        finally
        {
            lock (gate)
                inFlight = null;
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The keys of the marketplace could not be fetched; the last good set stays in use. {Fault}")]
        public static partial void Unreachable(ILogger logger, string fault);

        [LoggerMessage(LogLevel.Warning, "{Url} answered no usable key set; the last good set stays in use.")]
        public static partial void NotASet(ILogger logger, Uri? url);
    }
}
