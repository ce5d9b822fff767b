using Marketplace.Contracts.Discovery;

namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>One instance as a list names it, and how it has done so far, which outlives the lists.</summary>
internal sealed class Endpoint(ServiceInstance instance, Standing standing)
{
    private readonly string front = new Uri(instance.Url).GetLeftPart(UriPartial.Path).TrimEnd('/');

    public ServiceInstance Instance { get; } = instance;

    public Standing Standing { get; } = standing;

    /// <summary>Joined as text: a path that begins with two slashes, taken as a reference, would name another host (RFC 3986 §4.2).</summary>
    public Uri AddressOf(Uri asked) => new(string.Concat(front, asked.PathAndQuery));
}
