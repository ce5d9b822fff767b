namespace Marketplace.Gateways;

/// <summary>A gateway cannot be given this policy; the message says why in one sentence.</summary>
public sealed class GatewayException : Exception
{
    /// <summary>Says why.</summary>
    public GatewayException(string message)
        : base(message)
    {
    }

    /// <summary>Says why, and what came before.</summary>
    public GatewayException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
