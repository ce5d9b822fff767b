using Marketplace.Contracts.Policy;

namespace Marketplace.Testing.Enforcement;

/// <summary>
/// The one table that every data plane is held to. Order of reasons where a request has several faults: the token,
/// then a method override, then the path, then the operation, then the grant, then its plan.
/// </summary>
public static class EnforcementCases
{
    private const string List = "/bank/v1/payments";

    public static IReadOnlyList<EnforcementCase> All { get; } = [.. Calls(), .. Paths(), .. Methods(), .. Tokens()];

    private static IEnumerable<EnforcementCase> Calls() =>
    [
        Served("A granted endpoint is served", "GET", List, "listPayments"),
        Served("A query does not matter", "GET", List + "?state=open&next=%2F..%2F", "listPayments"),
        Served("A granted POST is served", "POST", List, "createPayment"),
        Served("A path parameter is any one segment", "GET", List + "/42", "getPayment"),
        Served("A path parameter may hold encoded characters", "GET", List + "/a%20b%C3%A9", "getPayment"),
        Served("A parameter between literals is served", "POST", List + "/42/cancel", "cancelPayment"),
        Served("A parameter within a segment is served", "GET", "/bank/v1/files/march.json", "getFile"),
        Served("A literal with an encoded unreserved character is the same literal", "GET", "/bank/v1/%70ayments", "listPayments"),
        Served("A literal outside ASCII matches its UTF-8 escapes", "GET", "/bank/v1/caf%C3%A9/1", "getCafe"),
        Served("A template that ends with a slash wants the slash", "GET", "/bank/v1/folder/", "listFolder"),
        Refused("A literal from the left goes before a literal further right", "GET", "/bank/v1/teams/own/report", ReasonCode.OperationNotGranted),
        Served("A parameter is taken where the literal beside it does not fit", "GET", "/bank/v1/teams/a/report", "getTeamReport"),
        Served("The absolute form of the target means the same", "GET", "http://localhost" + List, "listPayments"),
        Refused("An endpoint never granted is refused", "POST", "/bank/v1/admin/reset", ReasonCode.OperationNotGranted),
        Refused("The literal beside a granted parameter is not the parameter", "GET", List + "/limits", ReasonCode.OperationNotGranted),
        Refused("The less literal template beside a granted one is refused", "GET", "/bank/v1/files/march.xml", ReasonCode.OperationNotGranted),
        Refused("A path of no endpoint is refused", "GET", "/bank/v1/unknown", ReasonCode.OperationUnknown),
        Refused("A path outside the base path is refused", "GET", "/payments", ReasonCode.OperationUnknown),
        Refused("The root is refused", "GET", "/", ReasonCode.OperationUnknown),
        Refused("A longer path is refused", "GET", List + "/42/cancel/now", ReasonCode.OperationUnknown),
    ];

    private static IEnumerable<EnforcementCase> Paths() =>
    [
        Refused("An encoded slash is refused", "GET", List + "/a%2Fb", ReasonCode.PathNotCanonical),
        Refused("An encoded slash in lower case is refused", "GET", List + "/a%2fb", ReasonCode.PathNotCanonical),
        Refused("An encoded slash between literals is refused", "GET", "/bank/v1/accounts%2Fadmin", ReasonCode.PathNotCanonical),
        Refused("An encoded backslash is refused", "GET", List + "/a%5Cb", ReasonCode.PathNotCanonical),
        Refused("An encoded NUL is refused", "GET", List + "/a%00", ReasonCode.PathNotCanonical) with { MayBeBadRequest = true },
        Refused("An encoded line feed is refused", "GET", List + "/a%0Ab", ReasonCode.PathNotCanonical),
        Refused("An encoded DEL is refused", "GET", List + "/a%7F", ReasonCode.PathNotCanonical),
        Refused("A dot segment is refused", "GET", List + "/./42", ReasonCode.PathNotCanonical),
        Refused("A double dot segment is refused", "GET", List + "/../accounts/admin", ReasonCode.PathNotCanonical),
        Refused("A final double dot segment is refused", "GET", List + "/..", ReasonCode.PathNotCanonical),
        Refused("An encoded double dot segment is refused", "GET", List + "/%2e%2E/accounts/admin", ReasonCode.PathNotCanonical),
        Refused("A half encoded double dot segment is refused", "GET", List + "/.%2e/accounts/admin", ReasonCode.PathNotCanonical),
        Refused("A doubled slash is refused", "GET", "/bank/v1//payments", ReasonCode.PathNotCanonical),
        Refused("A doubled slash at the front is refused", "GET", "//bank/v1/payments", ReasonCode.PathNotCanonical),
        Refused("A doubled slash at the end is refused", "GET", List + "//", ReasonCode.PathNotCanonical),
        Refused("A matrix parameter is refused", "GET", List + ";v=1", ReasonCode.PathNotCanonical),
        Refused("A matrix parameter after a dot segment is refused", "GET", List + "/..;/accounts/admin", ReasonCode.PathNotCanonical),
        Refused("A raw backslash is refused", "GET", List + "\\42", ReasonCode.PathNotCanonical),
        Refused("A per cent sign alone is refused", "GET", List + "/100%", ReasonCode.PathNotCanonical),
        Refused("A per cent sign before no hex digits is refused", "GET", List + "/%zz", ReasonCode.PathNotCanonical),
        Refused("A slash in overlong UTF-8 is refused", "GET", List + "/a%C0%AFb", ReasonCode.PathNotCanonical),
        Refused("Half a UTF-8 sequence is refused", "GET", List + "/a%C3", ReasonCode.PathNotCanonical),
        Refused("A trailing slash is another path", "GET", List + "/", ReasonCode.OperationUnknown),
        Refused("A trailing slash after a parameter is another path", "GET", List + "/42/", ReasonCode.OperationUnknown),
        Refused("A missing trailing slash is another path", "GET", "/bank/v1/folder", ReasonCode.OperationUnknown),
        Refused("A literal in another case is unknown", "GET", "/bank/v1/Payments", ReasonCode.OperationUnknown),
        Refused("A parameter does not stand for a literal in another case", "GET", "/bank/v1/accounts/ADMIN", ReasonCode.PathNotCanonical),
        Refused("Nor for one whose case hides behind an escape", "GET", "/bank/v1/accounts/%41dmin", ReasonCode.PathNotCanonical),
        Refused("Nor for one in the middle of a path", "GET", "/bank/v1/teams/OWN/report", ReasonCode.PathNotCanonical),
        Refused("The literal itself is matched, escapes or not", "GET", "/bank/v1/accounts/%61dmin", ReasonCode.OperationNotGranted),
        Refused("A double escape is not the literal, and no endpoint either", "GET", "/bank/v1/accounts/admin%252Fx/y", ReasonCode.OperationUnknown),
        Refused("A fragment is no part of a target", "GET", List + "#x", ReasonCode.PathNotCanonical),
    ];

    private static IEnumerable<EnforcementCase> Methods() =>
    [
        Refused("HEAD is not GET", "HEAD", List + "/42", ReasonCode.OperationUnknown),
        Refused("A declared HEAD wants its own grant", "HEAD", List, ReasonCode.OperationNotGranted),
        Refused("A method in lower case is another method", "get", List, ReasonCode.OperationUnknown),
        Refused("OPTIONS is denied unless declared", "OPTIONS", List, ReasonCode.OperationUnknown),
        Refused("DELETE is denied unless declared", "DELETE", List + "/42", ReasonCode.OperationUnknown),
        Refused("An invented method is denied", "FROB", List, ReasonCode.OperationUnknown),
        Refused("The literal path has no such method, though the parameter beside it is granted", "POST", List + "/limits", ReasonCode.OperationUnknown),
        Overridden("X-HTTP-Method-Override"),
        Overridden("X-HTTP-Method"),
        Overridden("X-Method-Override"),
        Overridden("x-http-method-override"),
    ];

    private static IEnumerable<EnforcementCase> Tokens() =>
    [
        With(TokenKind.None, ReasonCode.TokenMissing),
        With(TokenKind.BasicScheme, ReasonCode.TokenMissing),
        With(TokenKind.TwoHeaders, ReasonCode.TokenMalformed),
        With(TokenKind.Empty, ReasonCode.TokenMalformed),
        With(TokenKind.Garbage, ReasonCode.TokenMalformed),
        With(TokenKind.WithoutExpiry, ReasonCode.TokenMalformed),
        With(TokenKind.WithoutClient, ReasonCode.TokenMalformed),
        // Whoever stole it has not the key: as a bearer token it is worth nothing, whether a data plane checks proofs or not.
        With(TokenKind.BoundToKey, ReasonCode.TokenProofMissing),
        With(TokenKind.BoundToCertificate, ReasonCode.TokenCertificate),
        With(TokenKind.BrokenBitmap, ReasonCode.TokenMalformed),
        With(TokenKind.Expired, ReasonCode.TokenExpired),
        With(TokenKind.NotYetValid, ReasonCode.TokenNotYetValid),
        With(TokenKind.IssuedInFuture, ReasonCode.TokenNotYetValid),
        With(TokenKind.WrongAudience, ReasonCode.TokenAudience),
        With(TokenKind.WrongIssuer, ReasonCode.TokenIssuer),
        With(TokenKind.WrongEnvironment, ReasonCode.TokenEnvironment),
        With(TokenKind.WrongType, ReasonCode.TokenType),
        With(TokenKind.WithoutType, ReasonCode.TokenType),
        With(TokenKind.Snapshot, ReasonCode.TokenType),
        With(TokenKind.AlgorithmNone, ReasonCode.TokenAlgorithm),
        With(TokenKind.HmacWithPublicKey, ReasonCode.TokenAlgorithm),
        With(TokenKind.TamperedClaims, ReasonCode.TokenSignature),
        With(TokenKind.WrongSignature, ReasonCode.TokenSignature),
        With(TokenKind.UnknownKid, ReasonCode.TokenKeyUnknown),
        With(TokenKind.WithoutKid, ReasonCode.TokenMalformed),
        With(TokenKind.OwnKeyInHeader, ReasonCode.TokenKeyUnknown),
        With(TokenKind.WithoutBitmap, ReasonCode.OperationNotGranted),
        With(TokenKind.GrantPast, ReasonCode.GrantEnded),
        new("A token in the query is no token", "GET", List + "?access_token=x", TokenKind.None, 401, ReasonCode.TokenMissing, null),
        new("The scheme is read in any case", "GET", List, TokenKind.LowerCaseScheme, 200, null, "listPayments"),
        new("A token that expired within the skew is served", "GET", List, TokenKind.ExpiredWithinSkew, 200, null, "listPayments"),
        new("A narrowed token is served what it carries", "GET", List, TokenKind.Narrowed, 200, null, "listPayments"),
        new("A narrowed token is refused the rest", "POST", List, TokenKind.Narrowed, 403, ReasonCode.OperationNotGranted, null),
        new("A grant revoked after the token was issued is refused", "GET", "/bank/v1/refunds", TokenKind.BeforeRevocation, 403, ReasonCode.GrantEnded, null),
        new("The other grants of that token still stand", "GET", List, TokenKind.BeforeRevocation, 200, null, "listPayments"),
        With(TokenKind.Suspended, ReasonCode.GrantSuspended),
        new("A token issued since the suspension carries the endpoint no more, and is told why", "GET", List, TokenKind.SinceSuspension, 403, ReasonCode.GrantSuspended, null),
        new("What is not suspended still stands", "GET", "/bank/v1/caf%C3%A9/1", TokenKind.Suspended, 200, null, EnforcementPolicy.Spared),
        new("An endpoint that was never granted is not suspended", "POST", "/bank/v1/admin/reset", TokenKind.Suspended, 403, ReasonCode.OperationNotGranted, null),
        new("A suspension that is over refuses nothing", "GET", List, TokenKind.SuspensionOver, 200, null, "listPayments"),
        new("A call within its plan is served", "GET", List, TokenKind.WithinPlan, 200, null, "listPayments") { Before = 3 },
        new("A call beyond the rate of its plan is refused", "GET", List, TokenKind.SlowPlan, 429, ReasonCode.RateExceeded, null) { Before = 1 },
        new("The rate is the client's, whichever endpoint it calls", "POST", List, TokenKind.SlowPlan, 429, ReasonCode.RateExceeded, null) { Before = 1 },
        new("An endpoint without a grant is refused for that, whatever the rate", "POST", "/bank/v1/admin/reset", TokenKind.SlowPlan, 403, ReasonCode.OperationNotGranted, null) { Before = 1 },
        new("A call beyond a quota that is used up is refused", "GET", List, TokenKind.QuotaSpent, 429, ReasonCode.QuotaExceeded, null),
    ];

    private static EnforcementCase Served(string name, string method, string target, string operation) =>
        new(name, method, target, TokenKind.Granted, 200, null, operation);

    private static EnforcementCase Refused(string name, string method, string target, string reason) =>
        new(name, method, target, TokenKind.Granted, ReasonCode.StatusOf(reason), reason, null);

    private static EnforcementCase With(TokenKind token, string reason) =>
        new($"Token {token} is refused", "GET", List, token, ReasonCode.StatusOf(reason), reason, null);

    private static EnforcementCase Overridden(string header) =>
        Refused($"{header} is refused", "GET", List, ReasonCode.MethodOverride) with { Headers = [header + ": DELETE"] };
}
