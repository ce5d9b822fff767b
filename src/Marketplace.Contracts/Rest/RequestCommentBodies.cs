namespace Marketplace.Contracts.Rest;

/// <summary>What somebody said on a request.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Markdown">As written.</param>
/// <param name="WrittenBy">Who.</param>
/// <param name="WrittenAt">When.</param>
public sealed record RequestCommentBody(Guid Id, string Markdown, string WrittenBy, DateTimeOffset WrittenAt);

/// <summary>Says something on a request; whoever asked and the owners of each API are told.</summary>
/// <param name="Markdown">1 to 4000 characters.</param>
public sealed record NewRequestCommentBody(string Markdown);
