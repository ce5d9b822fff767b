using Marketplace.Contracts.Discovery;

namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>One instance as a list names it, and how it has done so far, which outlives the lists.</summary>
internal sealed class Endpoint(ServiceInstance instance, Standing standing)
{
    private readonly Uri address = new(new Uri(instance.Url).GetLeftPart(UriPartial.Authority));
    private readonly string prefix = new Uri(instance.Url).AbsolutePath.TrimEnd('/');

    public ServiceInstance Instance { get; } = instance;

    public Standing Standing { get; } = standing;

    public Uri AddressOf(Uri asked) => new(address, string.Concat(prefix, asked.PathAndQuery));
}
