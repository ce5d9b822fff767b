using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>WWW-Authenticate: RFC 6750 §3, RFC 9449 §7.1, and RFC 9728 §5.1 where the API is described.</summary>
internal sealed class Challenge(MarketplaceOptions options)
{
    private readonly string where = $"realm=\"{options.Api}\", resource_metadata=\"{MetadataOf(options)}\"";

    /// <summary>One per scheme that could have helped, in lines of their own.</summary>
    public StringValues For(string reason, StringValues authorization, string detail)
    {
        // RFC 6750 §3.1: a request without credentials gets no error code.
        if (reason == ReasonCode.TokenMissing)
            return new StringValues([Dpop(), Bearer()]);
        var error = reason switch
        {
            // RFC 9449 §7.1, §12.2.
            ReasonCode.TokenProofInvalid or ReasonCode.TokenProofUsed => "invalid_dpop_proof",
            _ => ReasonCode.StatusOf(reason) == 401 ? "invalid_token" : "insufficient_scope",
        };
        var why = $", error=\"{error}\", error_description=\"{detail}\"";
        var came = TokenCredentials.TryRead(authorization, out var credentials, out _) ? credentials.Scheme : TokenCredentials.Bearer;
        if (reason == ReasonCode.TokenProofMissing && came == TokenCredentials.Bearer)
            return new StringValues([Dpop() + why, Bearer() + why]);
        return came == TokenCredentials.Dpop && reason != ReasonCode.TokenCertificate ? Dpop() + why : Bearer() + why;
    }

    /// <summary>Where the caller's team asks for what was refused.</summary>
    public string RequestAccess(string? client, string operation) =>
        $"{options.ExpectedIssuer.TrimEnd('/')}/requests/refused?client={Uri.EscapeDataString(client ?? "")}&api={Uri.EscapeDataString(options.Api!)}"
        + $"&version={Uri.EscapeDataString(options.Version!)}&environment={Uri.EscapeDataString(options.Environment!)}&operation={Uri.EscapeDataString(operation)}";

    /// <summary>Where it is explained. What was called is named by its key alone: a path may hold what belongs in no address.</summary>
    public string Why(string? client, string? operation, string reason) =>
        $"{options.ExpectedIssuer.TrimEnd('/')}/why?api={Uri.EscapeDataString(options.Api!)}&version={Uri.EscapeDataString(options.Version!)}"
        + $"&environment={Uri.EscapeDataString(options.Environment!)}&reason={reason}"
        + (client is null ? "" : $"&application={Uri.EscapeDataString(client)}") + (operation is null ? "" : $"&operation={Uri.EscapeDataString(operation)}");

    private string Bearer() => $"{TokenCredentials.Bearer} {where}";

    private string Dpop() => $"{TokenCredentials.Dpop} {where}, algs=\"{DpopProof.Algorithms}\"";

    // RFC 9728 §3.1: the well-known part stands between the host and the path of the resource, which is one of the issuer's.
    private static string MetadataOf(MarketplaceOptions options)
    {
        var issuer = new Uri(options.ExpectedIssuer);
        return $"{issuer.GetLeftPart(UriPartial.Authority)}/.well-known/oauth-protected-resource{issuer.AbsolutePath.TrimEnd('/')}/resources/"
            + $"{Uri.EscapeDataString(options.Api!)}/{Uri.EscapeDataString(options.Version!)}/{Uri.EscapeDataString(options.Environment!)}";
    }
}
