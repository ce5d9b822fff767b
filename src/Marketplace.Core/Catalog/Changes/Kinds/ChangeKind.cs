namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>One kind of change. The ids are oasdiff's where the meaning is the same, so that what people know stays true.</summary>
/// <param name="Id">Stable: pipelines and stored summaries name it.</param>
/// <param name="Verdict">What it means for callers.</param>
/// <param name="Sentence">A format: {0} is what changed, {1} what it was, {2} what it is.</param>
public sealed record ChangeKind(string Id, Verdict Verdict, string Sentence);
