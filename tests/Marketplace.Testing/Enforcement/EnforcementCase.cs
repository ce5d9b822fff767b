namespace Marketplace.Testing.Enforcement;

/// <summary>One request and what every data plane must answer to it.</summary>
/// <param name="Name">A sentence.</param>
/// <param name="Method">The method, byte for byte.</param>
/// <param name="Target">The request target, byte for byte.</param>
/// <param name="Token">Which token goes with it.</param>
/// <param name="Status">The status that must come back.</param>
/// <param name="Reason">The reason code that must come back in <c>Marketplace-Reason</c>; null when the call is let through.</param>
/// <param name="Operation">The operation that the provider must have served (<c>X-Operation</c>); null when refused.</param>
public sealed record EnforcementCase(
    string Name, string Method, string Target, TokenKind Token, int Status, string? Reason, string? Operation)
{
    /// <summary>Further header lines, sent as they are.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>So many of the same are sent before the one that counts.</summary>
    public int Before { get; init; }

    /// <summary>A server may know the request for nonsense by itself: then 400 without a reason is as good.</summary>
    public bool MayBeBadRequest { get; init; }

    /// <summary>What was wanted and what came, equal when the case is met; for <c>Assert.Equal</c>.</summary>
    public (string Wanted, string Came) Compare(RawResponse response)
    {
        var wanted = $"{Status} {Reason ?? Operation}";
        var came = $"{response.Status} {response.Reason ?? response.Operation}";
        return MayBeBadRequest && response is { Status: 400, Reason: null, Operation: null } ? (wanted, wanted) : (wanted, came);
    }

    /// <summary>The same in shadow mode: what is refused above goes to the service, and the answer names the reason.</summary>
    public (string Wanted, string Came) CompareInShadow(RawResponse response)
    {
        if (Reason is null)
            return ($"{Status} {Operation}", $"{response.Status} {response.Reason ?? response.LetThrough ?? response.Operation}");
        // A server may know a request for nonsense before anybody decides about it.
        var isNonsense = response is { Status: 400, Reason: null, LetThrough: null, Operation: null } && (MayBeBadRequest || Target.Contains('#', StringComparison.Ordinal));
        return ($"{Reason} let through", isNonsense ? $"{Reason} let through" : response.Reason is { } refused ? $"{refused} refused" : $"{response.LetThrough} let through");
    }

    public override string ToString() => Name;
}

/// <summary>The tokens of the table. Each has one fault; all others are as <see cref="Granted"/>.</summary>
public enum TokenKind
{
    /// <summary>Good, and carries what <see cref="EnforcementPolicy.Granted"/> lists.</summary>
    Granted,

    /// <summary>No Authorization header.</summary>
    None,

    /// <summary><c>Authorization: Basic …</c>.</summary>
    BasicScheme,

    /// <summary>The scheme written <c>bearer</c>: schemes are case-insensitive (RFC 9110 §11.1).</summary>
    LowerCaseScheme,

    /// <summary>Two Authorization headers, both good.</summary>
    TwoHeaders,

    /// <summary><c>Bearer</c> and nothing.</summary>
    Empty,

    /// <summary>Not a JWS.</summary>
    Garbage,

    /// <summary>Payload without <c>exp</c>.</summary>
    WithoutExpiry,

    /// <summary>Payload without <c>client_id</c>.</summary>
    WithoutClient,
    BoundToKey,
    BoundToCertificate,

    /// <summary>Expired two seconds ago: within the skew of ten.</summary>
    ExpiredWithinSkew,
    Expired,
    NotYetValid,
    IssuedInFuture,
    WrongAudience,
    WrongIssuer,

    /// <summary><c>env</c> is sandbox, all else right.</summary>
    WrongEnvironment,

    /// <summary><c>typ: JWT</c>.</summary>
    WrongType,
    WithoutType,

    /// <summary>A signed policy snapshot sent as a token.</summary>
    Snapshot,
    AlgorithmNone,

    /// <summary>HS256 with the published public key as the secret.</summary>
    HmacWithPublicKey,

    /// <summary>Claims widened after signing.</summary>
    TamperedClaims,

    /// <summary>The right kid, signed by another key.</summary>
    WrongSignature,

    /// <summary>A kid that the issuer never published, otherwise consistent.</summary>
    UnknownKid,
    WithoutKid,

    /// <summary>Brings its own key in the header's <c>jwk</c>.</summary>
    OwnKeyInHeader,

    /// <summary>No <c>ops</c>, as a token for the control plane.</summary>
    WithoutBitmap,

    /// <summary><c>ops</c> is not a bitmap.</summary>
    BrokenBitmap,

    /// <summary>Asked for fewer operations than granted: carries only <c>listPayments</c>.</summary>
    Narrowed,

    /// <summary>Carries <see cref="EnforcementPolicy.Revoked"/> too, which the newest policy no longer grants.</summary>
    BeforeRevocation,

    /// <summary>Good, of another application, whose grant ended an hour ago.</summary>
    GrantPast,

    /// <summary>Good, of <see cref="EnforcementPolicy.PausedClient"/>.</summary>
    Suspended,

    /// <summary>The same, issued since: it carries one endpoint that is not suspended.</summary>
    SinceSuspension,

    /// <summary>Good, of <see cref="EnforcementPolicy.AgainClient"/>.</summary>
    SuspensionOver,

    /// <summary>Good, of <see cref="EnforcementPolicy.SlowClient"/>.</summary>
    SlowPlan,

    /// <summary>Good, of <see cref="EnforcementPolicy.PlannedClient"/>.</summary>
    WithinPlan,

    /// <summary>Good, of <see cref="EnforcementPolicy.SpentClient"/>.</summary>
    QuotaSpent,
}
