using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>How it goes with the control plane, for health to say: which answer was the last good one, and what was wrong with those since.</summary>
internal sealed class ControlContact(IOptions<MarketplaceOptions> options, TimeProvider time)
{
    // One that fails may be a replica that stops; the next one answers.
    private const int MayPass = 2;
    private int failures;

    /// <summary>Why pulls fail, more than one or two of them in a row; null while they do not.</summary>
    public string? Fault { get; private set; }

    /// <summary>How far this machine's clock is ahead of the marketplace's; null while it is within the skew that tokens are allowed.</summary>
    public TimeSpan? ClockAhead { get; private set; }

    /// <param name="silence">How long ago the control plane itself last heard of changes.</param>
    public void Heard(TimeSpan silence) =>
        (failures, Fault) = (0, silence > TimeSpan.Zero ? $"The control plane answers, and is itself cut off from its database since {silence.TotalSeconds:0} s." : null);

    public void Failed(string fault)
    {
        if (++failures > MayPass)
            Fault = fault;
    }

    /// <summary>The Date of an answer (RFC 9110 §6.6.1), in whole seconds; what a cache kept says nothing of now.</summary>
    public void Compare(HttpResponseMessage response)
    {
        if (response.Headers is not { Date: { } there, Age: null })
            return;
        var ahead = time.GetUtcNow() - there;
        ClockAhead = ahead.Duration() > options.Value.ClockSkew + TimeSpan.FromSeconds(1) ? ahead : null;
    }
}
