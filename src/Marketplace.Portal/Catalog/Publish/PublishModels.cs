using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Catalog.Publish;

public sealed record TeamChoice(string Name, string Title);

public sealed record NewApiModel(NewApiForm Form, IReadOnlyList<TeamChoice> Teams, IReadOnlyList<Problem> Problems);

public sealed record NewApiForm(
    string Team, string Name, string Title, string Summary, Classification Classification, string Version, bool AsDraft, DocumentInput Document)
{
    public static NewApiForm Empty { get; } = new("", "", "", "", Classification.Internal, "v1", false, DocumentInput.Empty);

    public static NewApiForm Read(IFormCollection form) => new(
        form["team"].ToString(), form["name"].ToString().Trim(), form["title"].ToString(), form["summary"].ToString(),
        // What is no classification at all is refused as such by the use case.
        StoredEnum.TryFromWord<Classification>(form["classification"], out var classification) ? classification : (Classification)(-1),
        form["version"].ToString().Trim(), form["asDraft"] == "true", DocumentInput.Read(form));
}

public sealed record ApiLine(string Version, int Revision, Lifecycle Lifecycle);

public sealed record ApiLines(string Name, string Title, IReadOnlyList<ApiLine> Lines);

/// <param name="Effect">What the document would do to the line, once it was asked for or refused.</param>
/// <param name="Note">What was found instead of an effect.</param>
public sealed record PublishModel(
    ApiLines Api, PublishForm Form, IReadOnlyList<Problem> Problems, Comparison? Effect = null, string? Note = null);

/// <param name="Version">The line to publish to.</param>
/// <param name="SeenVersion">The line whose newest revision the page showed,</param>
/// <param name="SeenRevision">and that revision: somebody else's in between is a conflict, not overwritten unseen.</param>
/// <param name="AsDraft">A new line stays a draft.</param>
/// <param name="Document">How the document is given.</param>
/// <param name="OverrideReason">Why it may break the line.</param>
/// <param name="PreviewOnly">Show what it would do.</param>
public sealed record PublishForm(
    string Version, string? SeenVersion, int? SeenRevision, bool AsDraft, DocumentInput Document, string OverrideReason = "", bool PreviewOnly = false)
{
    public static PublishForm Read(IFormCollection form) => new(
        // The way out of a breaking change: the same document as a new line.
        (form["step"] == "next" ? form["nextLine"] : form["version"]).ToString().Trim(), form["seenVersion"].ToString(), int.TryParse(form["seenRevision"], out var seen) ? seen : null,
        form["asDraft"] == "true", DocumentInput.Read(form), form["step"] == "next" ? "" : form["overrideReason"].ToString(), form["step"] == "preview");
}

internal static class PublishedSentence
{
    private const int ShownWarnings = 3;

    public static string Of(PublishedSpec done)
    {
        if (done.Unchanged)
            return $"{done.Api} {done.Version} has this very document already; nothing changed.";
        var changes = done.Revision == 1
            ? $"{Words.Count(done.Operations, "endpoint")}."
            : $"{done.Added} added, {done.Changed} changed, {done.Removed} removed{(done.Effect is { Changes.Breaks: true, Impact.Applications: > 0 } effect ? $"; {effect.Impact.Words} are told that it breaks" : "")}.";
        var warnings = string.Concat(done.Warnings.Take(ShownWarnings).Select(w => " " + w.Message));
        var sentence = $"Published revision {done.Revision} of {done.Api} {done.Version}: {changes}{warnings}";
        return sentence.Length <= 1000 ? sentence : sentence[..1000] + "…";
    }
}
