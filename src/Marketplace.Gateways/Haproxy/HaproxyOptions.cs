using System.Text.RegularExpressions;

namespace Marketplace.Gateways.Haproxy;

/// <summary>What the operator of a gateway decides; all else comes from the snapshot.</summary>
public sealed partial record HaproxyOptions
{
    /// <summary>What one group of haproxy's threads can hold (configuration manual §3.1, <c>nbthread</c>).</summary>
    public const int MaxThreads = 64;

    /// <summary>Address and port to listen on, such as <c>127.0.0.1:5083</c> or <c>:8080</c>.</summary>
    public required string Bind { get; init; }

    /// <summary>Address and port of the service behind.</summary>
    public required string Backend { get; init; }

    /// <summary>Absolute path of a PEM file with certificate and private key; null: plain HTTP.</summary>
    public string? Certificate { get; init; }

    /// <summary>Absolute path of the runtime socket, over which grants change without a reload.</summary>
    public required string RuntimeSocket { get; init; }

    /// <summary>The issuer to accept; null: the one that the snapshot names.</summary>
    public string? Issuer { get; init; }

    /// <summary>Prefix of every path in place of the snapshot's; null: the snapshot's.</summary>
    public string? BasePath { get; init; }

    /// <summary>Whether every call is told in lines that the agent counts, which hands each thread a descriptor for them.</summary>
    public bool ReportUsage { get; init; }

    /// <summary>How many threads haproxy has while it tells of calls.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>User and group that the workers become; null: they stay who started them.</summary>
    public string? User { get; init; }

    /// <summary>The options, or an exception that says which one is wrong: they are written into the configuration as they are.</summary>
    /// <exception cref="GatewayException">An option is not what it should be.</exception>
    internal HaproxyOptions Checked()
    {
        Demand(Address().IsMatch(Bind), "The address to listen on must be host:port.");
        Demand(Address().IsMatch(Backend) && Backend[0] != ':', "The backend must be host:port.");
        Demand(PlainPath().IsMatch(RuntimeSocket), "The runtime socket must be an absolute path without blanks.");
        // sun_path holds 108 bytes (unix(7)); haproxy binds under a temporary name that is longer by its process id.
        Demand(RuntimeSocket.Length <= 92, $"The path of the runtime socket, {RuntimeSocket}, is longer than 92 characters.");
        Demand(Certificate is null || PlainPath().IsMatch(Certificate), "The certificate must be an absolute path without blanks.");
        Demand(Threads is >= 1 and <= MaxThreads, $"There must be 1 to {MaxThreads} threads.");
        Demand(User is null || UserName().IsMatch(User), "The user must be a plain user name.");
        return this;
    }

    private static void Demand(bool holds, string sentence)
    {
        if (!holds)
            throw new GatewayException(sentence);
    }

    [GeneratedRegex(@"^([A-Za-z0-9._-]*|\*|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"^/[A-Za-z0-9._/+@=-]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainPath();

    [GeneratedRegex(@"^[a-z_][a-z0-9_-]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserName();
}
