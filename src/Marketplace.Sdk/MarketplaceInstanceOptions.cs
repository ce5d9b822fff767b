using Marketplace.Contracts.Discovery;
using Marketplace.Contracts.Policy;

namespace Marketplace.Sdk;

/// <summary>What a service says of this instance to those who may call it. Configuration section <c>Marketplace:Instance</c>.</summary>
public sealed class MarketplaceInstanceOptions
{
    /// <summary>Where callers reach this instance, such as <c>http://10.1.2.3:8080</c>. Without it the service registers nowhere.</summary>
    public Uri? Url { get; set; }

    /// <summary>Its name; by default its machine's, which in a cluster is the pod's, and its process's number.</summary>
    public string Id { get; set; } = ControlAddress.ThisInstance;

    /// <summary>The failure domain that it stands in, such as <c>ams-1</c>.</summary>
    public string? Zone { get; set; }

    /// <summary>The deployment that it is of, such as <c>2.4.1</c>.</summary>
    public string? Version { get; set; }

    /// <summary>Its part of the calls among the instances beside it; 0 to 1,000.</summary>
    public int Weight { get; set; } = 100;

    /// <summary>The percentage of all calls that <see cref="Version"/> gets, whatever the number of its instances; null for a part by weight.</summary>
    public int? Share { get; set; }

    /// <summary>How long the service waits at its end for calls that are under way, after it has said that it drains.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(20);

    internal InstanceRegistration As(string state) => new(Url!.AbsoluteUri, Zone, Version, Weight, Share, state);

    internal IEnumerable<string> Problems()
    {
        if (Url is null)
            yield break;
        if (!Url.IsAbsoluteUri)
            yield return "Marketplace:Instance:Url must be an absolute http(s) address.";
        // Whether loopback can be reached is for the marketplace to say.
        else if (As(InstanceState.Ready).Problem(allowLoopback: true) is { } problem)
            yield return $"Marketplace:Instance: {problem.Detail}";
        if (Id.Length == 0 || ControlAddress.InstanceName(Id) != Id)
            yield return "Marketplace:Instance:Id is 1 to 64 letters, digits, dots, colons, hyphens and underscores.";
        if (Drain < TimeSpan.Zero)
            yield return "Marketplace:Instance:Drain must not be negative.";
    }
}
