namespace Marketplace.Core.Keys;

/// <summary>When a signing key passes from one part of its life to the next.</summary>
public sealed record SigningKeyTimes
{
    /// <summary>How long a key signs.</summary>
    public TimeSpan Active { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long before its time a key is published.</summary>
    public TimeSpan Announced { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long after a key was first published every verifier knows it: the key set may be cached for 300 s. A
    /// successor signs no sooner, unless the key before it is compromised.
    /// </summary>
    public TimeSpan Known { get; init; } = TimeSpan.FromSeconds(330);

    /// <summary>How long a key that signs no more stays published: a token's life (300 s), skew, and the key set's max-age, with room to spare.</summary>
    public TimeSpan Retired { get; init; } = TimeSpan.FromMinutes(15);

    internal bool IsToAnnounce(SigningKeyRow active, DateTimeOffset now) => now >= active.ActiveFrom + Active - Announced;

    internal bool MayFollow(SigningKeyRow announced, SigningKeyRow active, DateTimeOffset now) =>
        now >= active.ActiveFrom + Active && now >= announced.PublishedAt + Announced;

    internal bool IsKnown(SigningKeyRow key, DateTimeOffset now) => now >= key.PublishedAt + Known;

    internal bool IsOver(SigningKeyRow key, DateTimeOffset now) => key.RetiredAt + Retired <= now;
}
