using System.Net;
using Marketplace.Sdk.Internal.Tokens;

namespace Marketplace.Sdk.Internal;

/// <summary>The connection to the marketplace itself: no redirects, bounded answers, addresses looked up anew now and then.</summary>
internal static class BackchannelHttp
{
    /// <summary>Bytes of an answer; who takes its headers first keeps to it himself.</summary>
    public const int MaxAnswer = 256 * 1024 * 1024;

    public static HttpClient Create(MarketplaceClientOptions options, Func<HttpMessageHandler, DelegatingHandler>? outer = null, ClientCertificate? certificate = null)
    {
        var owned = options.Backchannel is null;
        var handler = options.Backchannel
            ?? new SocketsHttpHandler
            {
                AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.GZip,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(5),
            };
        certificate?.LendTo(handler);
        return new HttpClient(outer?.Invoke(handler) ?? handler, disposeHandler: owned)
        {
            BaseAddress = new Uri(options.Url!.AbsoluteUri.TrimEnd('/') + "/"),
            MaxResponseContentBufferSize = MaxAnswer,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }
}
