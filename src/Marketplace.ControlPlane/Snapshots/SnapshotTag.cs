using System.Globalization;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>What an entity tag of ours says: which snapshot, and in which form it was sent.</summary>
internal static class SnapshotTag
{
    public const string Gzip = ".gz";
    public const string Delta = ".delta";

    /// <summary>Signed with another key it is another one: what a data plane keeps on disk must be verifiable with the keys of today.</summary>
    public static string Of(long revision, string keyId) => $"{revision}.{keyId[..8]}";

    /// <summary>Of which snapshot it is, in whichever form; empty when it is no tag.</summary>
    public static ReadOnlySpan<char> Stem(ReadOnlySpan<char> tag)
    {
        if (tag is not ['"', .. var text, '"'])
            return [];
        if (text.EndsWith(Gzip))
            text = text[..^Gzip.Length];
        return text.EndsWith(Delta) ? text[..^Delta.Length] : text;
    }

    /// <summary>The revision that it names; null when it is none of ours.</summary>
    public static long? RevisionOf(ReadOnlySpan<char> tag)
    {
        var stem = Stem(tag);
        return stem.IndexOf('.') is > 0 and var dot && long.TryParse(stem[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : null;
    }
}
