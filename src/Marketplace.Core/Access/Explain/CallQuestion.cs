using Marketplace.Core.People;

namespace Marketplace.Core.Access.Explain;

/// <summary>A call of which somebody asks whether and why it is refused. What a token or an address says need not be given.</summary>
/// <param name="Application">Client id.</param>
/// <param name="Method">Letter by letter, as data planes compare it.</param>
/// <param name="Target">Path or whole URL, as it was called.</param>
public sealed record CallQuestion(
    string? Application, string? Api, string? Version, string? Environment, string? Method, string? Target)
{
    public const int LongestTarget = 4000;

    /// <summary>What names line and environment in a token, in place of their names.</summary>
    public string? Audience { get; init; }

    /// <summary>The endpoint's key, in place of method and path.</summary>
    public string? Operation { get; init; }

    /// <summary>A token, or what stood in the Authorization header. Looked at and forgotten.</summary>
    public string? Token { get; init; }

    /// <summary>The proof or the certificate that the token is bound to came with the call.</summary>
    public bool Proven { get; init; }

    /// <summary>When it was called; null for now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The reason code that came back.</summary>
    public string? Seen { get; init; }

    /// <summary>The token must get into no log, not even by an exception's text.</summary>
    public override string ToString() => $"{Method} {Operation}";
}
