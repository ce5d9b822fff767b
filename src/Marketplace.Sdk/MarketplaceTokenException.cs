namespace Marketplace.Sdk;

/// <summary>The marketplace gave no token.</summary>
public sealed class MarketplaceTokenException : Exception
{
    internal MarketplaceTokenException(string error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>What <see cref="Error"/> says when the marketplace could not be reached or answered no OAuth error.</summary>
    public const string Unavailable = "temporarily_unavailable";

    /// <summary>The OAuth error code (RFC 6749 §5.2), such as <c>invalid_client</c> or <c>invalid_target</c>.</summary>
    public string Error { get; }

    /// <summary>Whether asking again later may help.</summary>
    public bool IsTransient => Error == Unavailable;
}
