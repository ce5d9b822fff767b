using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;
using Marketplace.Sdk.Internal.Tokens;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Usage;

/// <summary>Tells the marketplace how often this service was called, unless that is switched off.</summary>
internal sealed partial class UsageReporting(
    IOptions<MarketplaceOptions> options, Marketplaces marketplaces, CallCounts counts, TimeProvider time, ILogger<UsageReporting> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.ReportUsage)
            return;
        using var http = BackchannelHttp.Create(options.Value,
            inner => new MarketplaceTokenHandler(marketplaces.TokensOf(options.Value), ControlAddress.Audience) { InnerHandler = inner });
        var line = new UsageReport { Api = options.Value.Api!, Version = options.Value.Version!, Environment = options.Value.Environment!, Start = 0, Sequence = 0, Rows = [] };
        await new UsageReporter(counts, line, http.SendAsync, time, sentence => Log.Said(logger, sentence)).RunAsync(stoppingToken);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Sentence}")]
        public static partial void Said(ILogger logger, string sentence);
    }
}
