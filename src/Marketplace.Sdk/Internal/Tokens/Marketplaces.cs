using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Tokens;

/// <summary>The token sources of a process, one per named client.</summary>
internal sealed class Marketplaces(IOptionsMonitor<MarketplaceClientOptions> options, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<MarketplaceTokenSource>> sources = new(StringComparer.Ordinal);

    public MarketplaceTokenSource TokensOf(string client) => Source(client, () => options.Get(client));

    /// <summary>The tokens of the protected service itself.</summary>
    public MarketplaceTokenSource TokensOf(MarketplaceOptions service) => Source("", () => service);

    public void Dispose()
    {
        foreach (var source in sources.Values)
        {
            if (source.IsValueCreated)
                source.Value.Dispose();
        }
    }

    private MarketplaceTokenSource Source(string name, Func<MarketplaceClientOptions> settings) =>
        sources.GetOrAdd(name, _ => new Lazy<MarketplaceTokenSource>(() => new MarketplaceTokenSource(settings(), time))).Value;
}
