using Marketplace.Core.Data;

namespace Marketplace.Core.Keys;

/// <summary>That somebody wants a signing key replaced before its time. The token plane does it and sets the end.</summary>
public sealed class KeyRotationRequest
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The key to replace.</summary>
    public required string Kid { get; init; }

    /// <summary>Its private part is known to somebody else: what it signed must not pass any more.</summary>
    public required bool Compromised { get; init; }
    public required string Reason { get; init; }
    public required Guid RequestedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? DoneAt { get; init; }

    internal sealed class Table() : Mapping<KeyRotationRequest>("signing_key_rotation");
}
