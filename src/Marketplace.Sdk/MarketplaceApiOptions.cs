namespace Marketplace.Sdk;

/// <summary>How a client calls the instances of an API. Named as the client is.</summary>
public sealed class MarketplaceApiOptions
{
    /// <summary>The zone that this process stands in, such as <c>ams-1</c>: its instances are preferred. Setting <c>Marketplace:Zone</c>.</summary>
    public string? Zone { get; set; }

    /// <summary>Where to call while no list was ever heard, or it is empty.</summary>
    public IList<Uri> Fallback { get; } = [];

    /// <summary>How often a call is sent at most; 1 sends none twice.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Retries are at most this part of the calls.</summary>
    public double RetryPart { get; set; } = 0.2;

    /// <summary>After so long without an answer, what may be sent twice is sent to another instance; null never gives up before the caller does.</summary>
    public TimeSpan? AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a new instance, or one that comes back, takes to get its whole part of the calls.</summary>
    public TimeSpan SlowStart { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The folder in which the last list is kept, as <see cref="MarketplaceOptions.StateFolder"/>; "" keeps none.</summary>
    public string? StateFolder { get; set; }
}
