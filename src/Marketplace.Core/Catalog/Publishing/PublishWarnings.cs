using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>What was accepted and may surprise.</summary>
internal static class PublishWarnings
{
    public static List<Problem> Of(SpecDocument document, ApiVersion version)
    {
        var warnings = document.Warnings.Select(w => w.ToProblem("document")).ToList();
        if (version.BasePath != document.BasePath)
            warnings.Add(new(
                "base_path_kept",
                $"The document's base path is \"{document.BasePath}\"; {version.Version} stays at \"{version.BasePath}\". Change it in the version's settings if callers use the new one.",
                "document"));
        if (version.Lifecycle is Lifecycle.Draft)
            warnings.Add(new("still_draft", $"{version.Version} is a draft, seen by its team only. Move it to published in the version's settings.", "version"));
        return warnings;
    }
}
