namespace Marketplace.Contracts.Policy;

/// <summary>What tells of a call that would have been refused, had its line not been in shadow mode.</summary>
public static class LetThrough
{
    /// <summary>The header, of the answer and of what a gateway sends on to the service; its value is a <see cref="ReasonCode"/>.</summary>
    public const string Header = "Marketplace-Let-Through";
}
