using System.Diagnostics.Metrics;

namespace Marketplace.Tokens.Issue;

/// <summary>Counts of the meter <c>Marketplace.Tokens</c>.</summary>
internal sealed class TokenMetrics
{
    private readonly Counter<long> _issued;
    private readonly Counter<long> _refused;

    public TokenMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Marketplace.Tokens");
        _issued = meter.CreateCounter<long>("marketplace.tokens.issued", "{token}", "Access tokens issued.");
        _refused = meter.CreateCounter<long>("marketplace.tokens.refused", "{request}", "Token requests refused, by error code.");
    }

    public void Issued() => _issued.Add(1);

    public void Refused(string error) => _refused.Add(1, new KeyValuePair<string, object?>("error", error));
}
