namespace Marketplace.Contracts.Rest;

/// <summary>A guide in a list.</summary>
/// <param name="Slug">In its address.</param>
/// <param name="Title">Its title.</param>
/// <param name="Position">Its place, from 1.</param>
/// <param name="UpdatedBy">Who wrote it last.</param>
/// <param name="UpdatedAt">When.</param>
public sealed record GuideSummaryBody(string Slug, string Title, int Position, string UpdatedBy, DateTimeOffset UpdatedAt);

/// <summary>A guide.</summary>
/// <param name="Slug">In its address.</param>
/// <param name="Title">Its title.</param>
/// <param name="Markdown">Its text.</param>
/// <param name="Revision">Send it with a change, so that nobody's text is written over unseen.</param>
/// <param name="UpdatedBy">Who wrote it last.</param>
/// <param name="UpdatedAt">When.</param>
public sealed record GuideBody(string Slug, string Title, string Markdown, int Revision, string UpdatedBy, DateTimeOffset UpdatedAt);

/// <summary>Writes a guide.</summary>
/// <param name="Title">Its title; the slug of a new one is made from it.</param>
/// <param name="Markdown">Its text.</param>
/// <param name="Revision">The revision that you have seen; if it is another by now, nothing is changed (409). Left out: over any.</param>
public sealed record GuideTextBody(string Title, string Markdown, int? Revision = null);

/// <summary>Moves a guide among the others.</summary>
/// <param name="Position">From 1.</param>
public sealed record GuidePositionBody(int Position);
