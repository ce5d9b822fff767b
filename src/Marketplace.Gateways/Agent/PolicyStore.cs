using System.Globalization;

namespace Marketplace.Gateways.Agent;

/// <summary>What the disk holds: as it came over the wire, so that it can be verified again.</summary>
/// <param name="Jws">The signed snapshot.</param>
/// <param name="Keys">The key set that it was verified with.</param>
/// <param name="Revision">The highest revision that was ever in force.</param>
/// <param name="ConfirmedAt">When the control plane last said that it is the newest.</param>
internal sealed record StoredPolicy(string Jws, string Keys, long Revision, DateTimeOffset ConfirmedAt);

/// <summary>The last policy on the gateway's own disk. A disk that is full or cannot be written keeps no revocation from haproxy.</summary>
internal sealed class PolicyStore(string folder, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(5);
    private readonly string snapshot = Path.Combine(folder, "snapshot.jwt");
    private readonly string keys = Path.Combine(folder, "jwks.json");
    private readonly string confirmed = Path.Combine(folder, "confirmed");
    private string? unsaved;
    private long writtenAt;
    private TimeSpan pause;

    /// <summary>Why the disk does not hold what is in force; null while it does.</summary>
    public string? Fault { get; private set; }

    public void Save(string jws, string json, long revision)
    {
        unsaved = jws;
        Try(() => Write(jws, json, revision));
    }

    public void SaveKeys(string json) => Try(() => PrivateFiles.Write(keys, json));

    /// <summary>It is the newest, as of now; and these are the keys.</summary>
    public void Confirm(string json, long revision)
    {
        if (time.GetElapsedTime(writtenAt) < pause)
            return;
        // Never a revision without its policy: the next start would refuse the older one beside it.
        Try(() =>
        {
            if (unsaved is { } jws)
                Write(jws, json, revision);
            else
                WriteConfirmation(revision);
        });
    }

    /// <summary>Null where there is none that could be trusted.</summary>
    public StoredPolicy? Load()
    {
        StoredPolicy? kept = null;
        Try(() => kept = Read());
        return kept;
    }

    private StoredPolicy? Read()
    {
        PrivateFiles.CreateFolder(folder);
        if (PrivateFiles.Read(snapshot) is not { } jws || PrivateFiles.Read(keys) is not { } json || PrivateFiles.Read(confirmed) is not { } words)
            return null;
        return words.Split(' ') is [var revision, var at] && long.TryParse(revision, CultureInfo.InvariantCulture, out var highest)
            && long.TryParse(at, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 253402300800
                ? new StoredPolicy(jws, json, highest, DateTimeOffset.FromUnixTimeSeconds(seconds))
                : throw new IOException($"{confirmed} is not what was written there.");
    }

    private void Write(string jws, string json, long revision)
    {
        PrivateFiles.Write(keys, json);
        PrivateFiles.Write(snapshot, jws);
        WriteConfirmation(revision);
        unsaved = null;
    }

    private void WriteConfirmation(long revision)
    {
        PrivateFiles.Write(confirmed, FormattableString.Invariant($"{revision} {time.GetUtcNow().ToUnixTimeSeconds()}"));
        (writtenAt, pause) = (time.GetTimestamp(), Pause);
    }

    private void Try(Action work)
    {
        try
        {
            work();
            Fault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Fault != e.Message)
                log($"The last policy cannot be kept in {folder}, or read from there; enforcement goes on, and a restart needs the marketplace. {e.Message}");
            Fault = e.Message;
            (writtenAt, pause) = (time.GetTimestamp(), PauseAfterFault);
        }
    }
}
