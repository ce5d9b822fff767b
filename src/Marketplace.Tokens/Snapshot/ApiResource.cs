namespace Marketplace.Tokens.Snapshot;

/// <summary>An ApiVersion in one environment, as the outside knows it.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Audience">"aud" of tokens for it.</param>
/// <param name="Name">The end of its URL here: <c>payments/v1/production</c>.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Team">Whose it is.</param>
/// <param name="IsPublic">Whether the world may know its operations.</param>
internal sealed record ApiResource(TargetKey Key, string Audience, string Name, string Title, Guid Team, bool IsPublic);
