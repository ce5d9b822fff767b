using Marketplace.Core.Data;

namespace Marketplace.Portal.Rest;

internal static class Paged
{
    public static PageRequest From(int? page, int? limit) => new(page ?? 1, limit ?? 50);
}
