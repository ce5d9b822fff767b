using Marketplace.Core.Catalog.Changes.History;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Portal.Shell;

namespace Marketplace.Portal.Catalog.Changes;

/// <summary>How changes are summed up.</summary>
internal static class ChangeWords
{
    public static string Of(ChangelogEntry entry) => entry.Number == 1 ? "first revision"
        : entry.Verdict is null ? "not compared"
        : Of(entry.Breaking, entry.Dangerous, entry.Compatible);

    public static string Of(int breaking, int dangerous, int compatible)
    {
        var parts = new (int Count, string Word)[] { (breaking, "breaking"), (dangerous, "dangerous"), (compatible, "compatible") }
            .Where(p => p.Count > 0).Select(p => $"{p.Count:N0} {p.Word}").ToList();
        return parts.Count == 0 ? "no changes" : string.Join(", ", parts) + (breaking + dangerous + compatible == 1 ? " change" : " changes");
    }

    public static string Tone(Verdict verdict) => verdict switch
    {
        Verdict.Breaking => "bad",
        Verdict.Dangerous => "warn",
        _ => "good",
    };
}
