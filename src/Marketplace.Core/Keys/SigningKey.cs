using Marketplace.Core.Data;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Core.Keys;

public enum SigningKeyState
{
    /// <summary>Published; it signs once the active key's time is over.</summary>
    Announced,

    /// <summary>Published, and known everywhere before an emergency needs it.</summary>
    Standby,
    Active,

    /// <summary>No longer signing; published until the last token it signed has expired everywhere.</summary>
    Retired,

    /// <summary>Published no more: what it signed proves nothing.</summary>
    Gone,
}

/// <summary>A key that signs tokens and snapshots. Its private part is sealed under the master key.</summary>
public sealed class SigningKey
{
    /// <summary>RFC 7638 thumbprint.</summary>
    public required string Kid { get; init; }
    public required string Algorithm { get; init; }
    public required SigningKeyState State { get; set; }
    public required string PublicJwk { get; init; }

    /// <summary>Sealed; null as soon as the key does not sign any more.</summary>
    public byte[]? PrivateKey { get; init; }

    /// <summary>Since when it is published.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ActiveFrom { get; set; }
    public DateTimeOffset? RetiredAt { get; set; }
    public DateTimeOffset? GoneAt { get; set; }

    internal sealed class Table() : Mapping<SigningKey>("signing_key")
    {
        protected override void Map(EntityTypeBuilder<SigningKey> entity) => entity.HasKey(k => k.Kid);
    }
}

/// <summary>ASP.NET Core's cookie and antiforgery keys, shared by every replica, sealed under the master key.</summary>
public sealed class DataProtectionKey
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required string FriendlyName { get; init; }
    public required byte[] Sealed { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    internal sealed class Table() : Mapping<DataProtectionKey>("data_protection_key");
}
