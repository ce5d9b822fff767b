using System.Security.Cryptography;

namespace Marketplace.Contracts.Audit;

/// <summary>
/// How audit events hold one another: the hash of each is SHA-256 over the hash before it and its own content, the
/// exact UTF-8 bytes of one JSON object. The one before the first is 32 zero bytes.
/// </summary>
public static class AuditChain
{
    /// <summary>"typ" of a signed checkpoint.</summary>
    public const string CheckpointType = "audit-checkpoint+jwt";

    /// <summary>"typ" of the statement that ends an export.</summary>
    public const string ExportType = "audit-export+jwt";

    /// <summary>"typ" of the statement that content was erased.</summary>
    public const string ErasureType = "audit-erasure+jwt";

    /// <summary>The action of the event that tells of an erasure.</summary>
    public const string ErasedAction = "audit.erased";

    /// <summary>The hash before the first event.</summary>
    public static byte[] Start => new byte[SHA256.HashSizeInBytes];

    /// <summary>The hash of an event.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }
}
