namespace Marketplace.Contracts.Policy;

/// <summary>Where a data plane finds its policy.</summary>
public static class ControlAddress
{
    /// <summary>The audience of a token for the control plane; any authenticated application may have one.</summary>
    public const string Audience = "urn:marketplace:control";

    /// <summary>The media type of a signed snapshot in an answer.</summary>
    public const string MediaType = "application/jwt";

    /// <summary>
    /// The request header in which a data plane names its instance, such as the name of its pod: 1 to 64 letters, digits,
    /// dots, colons, hyphens and underscores. What is longer or other counts as none.
    /// </summary>
    public const string InstanceHeader = "Marketplace-Instance";

    /// <summary>What <c>Accept</c> says of who can use a <see cref="SnapshotDelta"/> to the snapshot that it asks with.</summary>
    public const string DeltaOrWhole = $"{SnapshotDelta.MediaType}, {MediaType}";

    /// <summary>
    /// The answer's header for how many seconds ago the control plane itself last heard of changes, when that is not now:
    /// as long as it is cut off from its database it confirms nothing newer than that.
    /// </summary>
    public const string SilenceHeader = "Marketplace-Silence";

    /// <summary>What <see cref="SilenceHeader"/> says; nothing where it does not.</summary>
    public static TimeSpan SilenceOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(SilenceHeader, out var values) && uint.TryParse(string.Concat(values), System.Globalization.CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;

    /// <summary>The longest that a request may wait for something newer, in seconds.</summary>
    public const int LongestWait = 30;

    /// <summary>The path of a snapshot, without a slash in front.</summary>
    public static string SnapshotPath(string api, string version, string environment) =>
        $"control/v1/snapshots/{Uri.EscapeDataString(api)}/{Uri.EscapeDataString(version)}/{Uri.EscapeDataString(environment)}";

    /// <summary>
    /// Where to wait for the snapshot that follows the one held, without a slash in front. The tag is in the address, so
    /// that a cache in between keeps what follows each snapshot apart; it goes into <c>If-None-Match</c> as well.
    /// </summary>
    /// <param name="snapshotPath">As of <see cref="SnapshotPath"/>.</param>
    /// <param name="entityTag">The <c>ETag</c> that the held snapshot came with; null for none, and then nothing waits.</param>
    /// <param name="seconds">How long to wait; 0 to <see cref="LongestWait"/>.</param>
    public static string Following(string snapshotPath, string? entityTag, int seconds) => entityTag is null
        ? snapshotPath
        : $"{snapshotPath}?after={Uri.EscapeDataString(entityTag.Trim('"'))}&wait={seconds}";

    /// <summary>The instance that this process is: its machine's name, which in a cluster is the pod's, and its number.</summary>
    public static string ThisInstance { get; } = InstanceName($"{System.Environment.MachineName}:{System.Environment.ProcessId}");

    /// <summary>A name as <see cref="InstanceHeader"/> may carry it: what is too long or not allowed there is left out.</summary>
    public static string InstanceName(string name)
    {
        var allowed = string.Concat(name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '-' or '_'));
        return allowed.Length <= 64 ? allowed : allowed[^64..];
    }
}
