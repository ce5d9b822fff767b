using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Discovery;
using Marketplace.Contracts.Policy;

namespace Marketplace.Testing.Enforcement;

/// <summary>Mints any token of the table, good or bad, and signs snapshots.</summary>
public sealed class TestIssuer(string issuer, TimeProvider time) : IDisposable
{
    private readonly TestKey attacker = new();

    public string Issuer { get; } = issuer;

    public TestKey Key { get; private set; } = new();

    /// <summary>From now on signs with a new key; the old one is forgotten.</summary>
    public void RotateKey() => Key = new TestKey();

    public string Jwks() => new JsonObject { ["keys"] = new JsonArray(Key.PublicJwk.DeepClone()) }.ToJsonString();

    public string Sign(PolicySnapshot snapshot) => Sign(snapshot, PolicySnapshot.MediaType);

    public string Sign(PolicySnapshot snapshot, string type) =>
        Key.Jws(Header(type), JsonSerializer.Serialize(snapshot, PolicyJson.Default.PolicySnapshot));

    public string Sign(InstanceList list) => Key.Jws(Header(InstanceList.MediaType), JsonSerializer.Serialize(list, DiscoveryJson.Default.InstanceList));

    /// <summary>A good token with these claims changed; a null value removes a claim.</summary>
    public string Token(params (string Claim, JsonNode? Value)[] changes) => Key.Jws(Header("at+jwt"), Claims(changes).ToJsonString());

    /// <summary>A good token of another client.</summary>
    public string TokenOf(string client) => Token(("client_id", client), ("sub", client));

    /// <summary>The Authorization header lines that go with a kind of token.</summary>
    public IReadOnlyList<string> AuthorizationLines(TokenKind kind) => kind switch
    {
        TokenKind.None => [],
        TokenKind.BasicScheme => ["Authorization: Basic YTpi"],
        TokenKind.LowerCaseScheme => ["Authorization: bearer " + Token()],
        TokenKind.TwoHeaders => ["Authorization: Bearer " + Token(), "Authorization: Bearer " + Token()],
        TokenKind.Empty => ["Authorization: Bearer "],
        _ => ["Authorization: Bearer " + Mint(kind)],
    };

    /// <summary>The token of a kind.</summary>
    public string Mint(TokenKind kind)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var good = Claims();
        return kind switch
        {
            TokenKind.Granted => Token(),
            TokenKind.Garbage => "abc.def",
            TokenKind.WithoutExpiry => Token(("exp", null)),
            TokenKind.BoundToKey => Token(("cnf", new JsonObject { ["jkt"] = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" })),
            TokenKind.BoundToCertificate => Token(("cnf", new JsonObject { ["x5t#S256"] = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" })),
            TokenKind.WithoutClient => Token(("client_id", null)),
            TokenKind.ExpiredWithinSkew => Token(("iat", now - 100), ("exp", now - 2)),
            TokenKind.Expired => Token(("iat", now - 400), ("exp", now - 100)),
            TokenKind.NotYetValid => Token(("nbf", now + 60)),
            TokenKind.IssuedInFuture => Token(("iat", now + 60), ("exp", now + 300)),
            TokenKind.WrongAudience => Token(("aud", "urn:marketplace:loans:v1:production")),
            TokenKind.WrongIssuer => Token(("iss", "https://marketplace.example")),
            TokenKind.WrongEnvironment => Token(("env", "sandbox")),
            TokenKind.WrongType => Key.Jws(Header("JWT"), good.ToJsonString()),
            TokenKind.WithoutType => Key.Jws(Header(null), good.ToJsonString()),
            TokenKind.Snapshot => Sign(EnforcementPolicy.Snapshot(Issuer, time.GetUtcNow())),
            TokenKind.AlgorithmNone => TestKey.Jws(Header("at+jwt", "none"), good.ToJsonString(), _ => []),
            TokenKind.HmacWithPublicKey => TestKey.Jws(Header("at+jwt", "HS256"), good.ToJsonString(),
                input => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Key.PublicPem), Encoding.ASCII.GetBytes(input))),
            TokenKind.TamperedClaims => Tampered(),
            TokenKind.WrongSignature => attacker.Jws(Header("at+jwt"), good.ToJsonString()),
            TokenKind.UnknownKid => attacker.Jws(Header("at+jwt", kid: attacker.Id), good.ToJsonString()),
            TokenKind.WithoutKid => Key.Jws(Without(Header("at+jwt"), "kid"), good.ToJsonString()),
            TokenKind.OwnKeyInHeader => attacker.Jws(OwnKey(), good.ToJsonString()),
            TokenKind.WithoutBitmap => Token(("ops", null)),
            TokenKind.BrokenBitmap => Token(("ops", "!!")),
            TokenKind.Narrowed => Token(("ops", EnforcementPolicy.Bitmap("listPayments").ToString())),
            TokenKind.BeforeRevocation => Token(("ops", EnforcementPolicy.Bitmap([.. EnforcementPolicy.Granted, EnforcementPolicy.Revoked]).ToString())),
            TokenKind.GrantPast => TokenOf(EnforcementPolicy.PastClient),
            TokenKind.Suspended => TokenOf(EnforcementPolicy.PausedClient),
            TokenKind.SinceSuspension => Token(
                ("client_id", EnforcementPolicy.PausedClient), ("sub", EnforcementPolicy.PausedClient), ("ops", EnforcementPolicy.Bitmap(EnforcementPolicy.Spared).ToString())),
            TokenKind.SuspensionOver => TokenOf(EnforcementPolicy.AgainClient),
            TokenKind.SlowPlan => TokenOf(EnforcementPolicy.SlowClient),
            TokenKind.WithinPlan => TokenOf(EnforcementPolicy.PlannedClient),
            TokenKind.QuotaSpent => TokenOf(EnforcementPolicy.SpentClient),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind is more than a token."),
        };
    }

    private JsonObject Claims(params (string Claim, JsonNode? Value)[] changes)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = EnforcementPolicy.Audience,
            ["sub"] = EnforcementPolicy.Client,
            ["client_id"] = EnforcementPolicy.Client,
            ["iat"] = now,
            ["exp"] = now + 300,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["env"] = EnforcementPolicy.Environment,
            ["rev"] = 7,
            ["scope"] = string.Join(' ', EnforcementPolicy.Granted),
            ["ops"] = EnforcementPolicy.Bitmap(EnforcementPolicy.Granted).ToString(),
        };
        foreach (var (claim, value) in changes)
        {
            claims.Remove(claim);
            if (value is not null)
                claims.Add(claim, value);
        }

        return claims;
    }

    private string Tampered()
    {
        var parts = Token().Split('.');
        var wider = Claims(("ops", EnforcementPolicy.Bitmap(EnforcementPolicy.Operations.Select(operation => operation.Key)).ToString()));
        return $"{parts[0]}.{TestKey.Encode(wider.ToJsonString())}.{parts[2]}";
    }

    private JsonObject OwnKey()
    {
        var header = Header("at+jwt", kid: attacker.Id);
        header["jwk"] = attacker.PublicJwk.DeepClone();
        return header;
    }

    private JsonObject Header(string? type, string algorithm = "ES256", string? kid = null)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["kid"] = kid ?? Key.Id };
        if (type is not null)
            header["typ"] = type;
        return header;
    }

    private static JsonObject Without(JsonObject header, string member)
    {
        header.Remove(member);
        return header;
    }

    public void Dispose()
    {
        attacker.Dispose();
        Key.Dispose();
    }
}
