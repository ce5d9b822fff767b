using Marketplace.Core;
using Marketplace.Core.Catalog.Search;

namespace Marketplace.Portal.Catalog.Find;

/// <param name="Text">What was typed.</param>
/// <param name="Total">Endpoints found, beyond the few shown.</param>
/// <param name="NotReady">Why nothing can be found yet; null when it can.</param>
public sealed record PaletteModel(
    string Text, IReadOnlyList<OperationHit> Operations, int Total, IReadOnlyList<ApiHit> Apis, int ApiTotal, string? NotReady)
{
    public static PaletteModel Empty { get; } = new("", [], 0, [], 0, null);

    public int Count => Operations.Count + Apis.Count;

    public static PaletteModel Of(string text, Outcome<SearchResult<OperationHit>> operations, Outcome<SearchResult<ApiHit>> apis) =>
        operations.Succeeded && apis.Succeeded
            ? new(text, operations.Value.Hits.Items, operations.Value.Hits.Total, apis.Value.Hits.Items, apis.Value.Hits.Total, null)
            : Empty with { NotReady = operations.Problems.Concat(apis.Problems).First().Message };
}
