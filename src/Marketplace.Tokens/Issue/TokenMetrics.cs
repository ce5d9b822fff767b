using System.Diagnostics;
using System.Diagnostics.Metrics;
using Marketplace.Tokens.Snapshot;
using Marketplace.Tokens.Usage;

namespace Marketplace.Tokens.Issue;

/// <summary>
/// What became of each request: in the database per application and minute, in the meter and the request's trace for
/// whoever watches. Applications and audiences are thousands, too many for a meter's tags.
/// </summary>
internal sealed class TokenMetrics
{
    private readonly UsageCounts _usage;
    private readonly Counter<long> _issued;
    private readonly Counter<long> _refused;

    public TokenMetrics(IMeterFactory meters, UsageCounts usage)
    {
        _usage = usage;
        var meter = meters.Create(TokenPlane.Meter);
        _issued = meter.CreateCounter<long>("marketplace.tokens.issued", "{token}", "Access tokens issued.");
        _refused = meter.CreateCounter<long>("marketplace.tokens.refused", "{request}", "Token requests refused, by error code.");
    }

    public void Issued(Client client, string audience)
    {
        _usage.Issued(client, audience);
        _issued.Add(1);
        Activity.Current?.SetTag("marketplace.client_id", client.ClientId).SetTag("marketplace.audience", audience);
    }

    public void Refused(Client? client, TokenRefusal refusal)
    {
        _usage.Refused(client, refusal);
        _refused.Add(1, new KeyValuePair<string, object?>("error", refusal.Error));
        Activity.Current?.SetTag("marketplace.client_id", client?.ClientId).SetTag("error.type", refusal.Error);
    }
}
