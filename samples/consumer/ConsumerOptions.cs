namespace Marketplace.Samples.Consumer;

/// <summary>Where things stand. Configuration section <c>Consumer</c>.</summary>
public sealed class ConsumerOptions
{
    public required Uri Marketplace { get; set; }

    /// <summary>The provider with the SDK inside.</summary>
    public required Uri Direct { get; set; }

    /// <summary>The gateway in front of the bare provider.</summary>
    public required Uri Gateway { get; set; }

    public required string Api { get; set; }

    public required string Version { get; set; }

    public required string Environment { get; set; }

    /// <summary>How often this service calls by itself with its own credentials; null: only when somebody clicks.</summary>
    public TimeSpan? Every { get; set; }

    /// <summary>How long a call may take.</summary>
    internal static TimeSpan Patience => TimeSpan.FromSeconds(10);

    public string Audience => $"urn:marketplace:{Api}:{Version}:{Environment}";

    /// <summary>The marketplace's page that asks for access, filled in.</summary>
    public string RequestAccess(string clientId, string operation) => new Uri(Marketplace,
        $"apis/{Api}/{Version}/request?operation={Uri.EscapeDataString(operation)}&application={Uri.EscapeDataString(clientId)}&environment={Environment}").AbsoluteUri;
}
