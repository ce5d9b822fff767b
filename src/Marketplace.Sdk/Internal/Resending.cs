using System.Net.Http.Json;

namespace Marketplace.Sdk.Internal;

internal static class Resending
{
    /// <summary>A stream is gone once it was sent.</summary>
    public static bool IsPossible(HttpContent? content) => content is null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent;
}
