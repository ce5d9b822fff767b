namespace Marketplace.Core.Catalog.Search.Index;

/// <summary>From places in the index to what a page shows.</summary>
internal static class IndexHits
{
    public static OperationHit OperationHit(this CatalogIndex index, int position)
    {
        var line = index.Lines[index.OrdinalAt(position)];
        var (segment, operation) = index.OperationAt(position);
        var numbers = segment.TagsOf(operation);
        var tags = new string[numbers.Length];
        for (var i = 0; i < tags.Length; i++)
            tags[i] = index.Names.Tags[numbers[i]];
        var flags = segment.Flags[operation];
        return new(
            line.Api, line.Title, line.Version, line.Lifecycle, line.Classification, line.Team, line.TeamTitle,
            segment.Texts.Key(operation), index.Names.Methods[segment.Methods[operation]], segment.Texts.Path(operation), segment.Texts.Summary(operation), tags,
            flags.HasFlag(OperationFlags.Deprecated),
            flags.HasFlag(OperationFlags.Enforceable) && (line.Lifecycle is Lifecycle.Published or Lifecycle.Deprecated));
    }

    public static ApiHit ApiHit(this CatalogIndex index, int ordinal)
    {
        var line = index.Lines[ordinal];
        return new(
            line.Api, line.Title, line.Summary, line.Version, line.Lifecycle, line.Classification, line.Team, line.TeamTitle,
            index.FirstPosition[ordinal + 1] - index.FirstPosition[ordinal]);
    }
}
