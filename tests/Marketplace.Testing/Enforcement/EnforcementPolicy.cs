using Marketplace.Contracts.Policy;

namespace Marketplace.Testing.Enforcement;

/// <summary>The API that the table of cases is about; <see cref="TestProvider"/> serves it.</summary>
public static class EnforcementPolicy
{
    public const string Api = "payments";
    public const string Version = "v1";
    public const string Environment = "production";
    public const string Audience = "urn:marketplace:payments:v1:production";
    public const string BasePath = "/bank/v1";
    public const string Client = "app_shop";
    public const string PastClient = "app_past";

    /// <summary>All of its grants are suspended, but for <see cref="Spared"/>.</summary>
    public const string PausedClient = "app_paused";
    public const string Spared = "getCafe";

    /// <summary>Its grants were suspended until an hour ago.</summary>
    public const string AgainClient = "app_again";

    /// <summary>One call a minute.</summary>
    public const string SlowClient = "app_slow";

    /// <summary>A thousand calls a second, a million a month.</summary>
    public const string PlannedClient = "app_planned";

    /// <summary>The same, and they are used up.</summary>
    public const string SpentClient = "app_spent";

    public static PolicyPlan Slow { get; } = new(3, "slow", 1, Rate: 1, Per: 60, Burst: 1);

    public static PolicyPlan Standard { get; } = new(8, "standard", 2, Rate: 1000, Per: 1, Burst: 2000, Quota: 1_000_000, Window: PlanWindow.Month);

    public static IReadOnlyList<PolicyOperation> Operations { get; } =
    [
        new(0, "listPayments", "GET", "/payments"),
        new(1, "createPayment", "POST", "/payments"),
        new(2, "getPayment", "GET", "/payments/{id}"),
        new(3, "cancelPayment", "POST", "/payments/{id}/cancel"),
        new(4, "getLimits", "GET", "/payments/limits"),
        new(5, "headPayments", "HEAD", "/payments"),
        new(6, "getAccount", "GET", "/accounts/{id}"),
        new(7, "getAdminAccount", "GET", "/accounts/admin"),
        new(8, "getFile", "GET", "/files/{name}.json"),
        new(9, "getAnyFile", "GET", "/files/{name}"),
        new(10, "resetBank", "POST", "/admin/reset"),
        new(11, "listRefunds", "GET", "/refunds"),
        new(12, "getCafe", "GET", "/café/{id}"),
        new(13, "listFolder", "GET", "/folder/"),
        new(14, "getTeamReport", "GET", "/teams/{team}/report"),
        new(15, "getOwnTeam", "GET", "/teams/own/{item}"),
    ];

    /// <summary>What the good token carries and the newest policy grants.</summary>
    public static IReadOnlyList<string> Granted { get; } =
        ["listPayments", "createPayment", "getPayment", "cancelPayment", "getAccount", "getFile", "getCafe", "listFolder", "getTeamReport"];

    /// <summary>Granted once, in the token still, in the newest policy no longer.</summary>
    public const string Revoked = "listRefunds";

    public static OperationBitmap Bitmap(params IEnumerable<string> keys) =>
        OperationBitmap.Of(keys.Select(key => Operations.Single(operation => operation.Key == key).Index));

    /// <summary>The same in shadow mode for an hour.</summary>
    public static PolicySnapshot InShadow(string issuer, DateTimeOffset now, long revision = 7) =>
        Snapshot(issuer, now, revision) with { ShadowUntil = now.AddHours(1).ToUnixTimeSeconds() };

    public static PolicySnapshot Snapshot(string issuer, DateTimeOffset now, long revision = 7)
    {
        var from = now.AddDays(-1).ToUnixTimeSeconds();
        return new PolicySnapshot
        {
            Issuer = issuer,
            Audience = Audience,
            Api = Api,
            Version = Version,
            Environment = Environment,
            Revision = revision,
            IssuedAt = now.ToUnixTimeSeconds(),
            BasePath = BasePath,
            Operations = Operations,
            Grants =
            [
                new PolicyGrant(Client, Bitmap(Granted).ToString(), from, now.AddDays(30).ToUnixTimeSeconds()),
                new PolicyGrant(PastClient, Bitmap(Granted).ToString(), from, now.AddHours(-1).ToUnixTimeSeconds()),
                new PolicyGrant(SlowClient, Bitmap(Granted).ToString(), from, now.AddDays(30).ToUnixTimeSeconds(), Slow.Number),
                new PolicyGrant(PlannedClient, Bitmap(Granted).ToString(), from, now.AddDays(30).ToUnixTimeSeconds(), Standard.Number),
                new PolicyGrant(SpentClient, Bitmap(Granted).ToString(), from, now.AddDays(30).ToUnixTimeSeconds(), Standard.Number),
                new PolicyGrant(PausedClient, Bitmap(Spared).ToString(), from, now.AddDays(30).ToUnixTimeSeconds()),
                new PolicyGrant(AgainClient, Bitmap(Granted).ToString(), now.AddHours(-1).ToUnixTimeSeconds(), now.AddDays(30).ToUnixTimeSeconds()),
            ],
            Suspended =
            [
                new SuspendedGrant(PausedClient, Bitmap(Granted.Where(key => key != Spared)).ToString(), now.AddDays(30).ToUnixTimeSeconds()),
                new SuspendedGrant(AgainClient, Bitmap(Granted).ToString(), now.AddHours(-1).ToUnixTimeSeconds()),
            ],
            Plans = [Slow, Standard],
            Spent = [new SpentQuota(SpentClient, Standard.Number, now.AddDays(3).ToUnixTimeSeconds())],
        };
    }
}
