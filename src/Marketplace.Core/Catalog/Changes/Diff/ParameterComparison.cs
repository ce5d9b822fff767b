using Marketplace.Core.Catalog.Changes.Kinds;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Path, query, header, cookie and form parameters.</summary>
internal sealed class ParameterComparison(OperationComparison operation, OperationModel before, OperationModel after)
{
    public void Run()
    {
        foreach (var (key, earlier) in before.Parameters)
        {
            if (after.Parameters.TryGetValue(key, out var later))
                Both(earlier, later);
            else if (earlier.In != "path")
                operation.Add(
                    earlier.Deprecated ? MessageKinds.ParameterRemovedDeprecated : MessageKinds.ParameterRemoved, earlier.Pointer, earlier.Subject, inEarlier: true);
        }
        foreach (var (key, come) in after.Parameters)
        {
            if (!before.Parameters.ContainsKey(key))
                operation.Add(
                    come.In == "path" ? MessageKinds.PathParameterAdded : come.Required ? MessageKinds.ParameterRequiredAdded : MessageKinds.ParameterOptionalAdded,
                    come.Pointer, come.Subject);
        }
    }

    private void Both(ParameterModel earlier, ParameterModel later)
    {
        if (earlier.Required != later.Required)
            operation.Add(later.Required ? MessageKinds.ParameterBecameRequired : MessageKinds.ParameterBecameOptional, later.Pointer, later.Subject);
        if (earlier.Deprecated != later.Deprecated)
            operation.Add(
                (later.Deprecated ? SchemaFacets.Deprecated : SchemaFacets.Reactivated).In(SchemaPlace.RequestParameter), later.Pointer, later.Subject);
        if (earlier.Style != later.Style && MayBeMany(earlier, later))
            operation.Add(MessageKinds.ParameterStyleChanged, later.Pointer, later.Subject, earlier.Style, later.Style);
        if (earlier.Schema is { } was && later.Schema is { } now)
            operation.Schema(was, now, SchemaPlace.RequestParameter, later.Subject);
    }

    /// <summary>A single value looks the same in most styles.</summary>
    private static bool MayBeMany(ParameterModel earlier, ParameterModel later) =>
        new[] { earlier, later }.Any(p => p.Style == "content" || p.Style.StartsWith("deepObject", StringComparison.Ordinal) || p.Style.StartsWith("matrix", StringComparison.Ordinal)
            || p.Style.StartsWith("label", StringComparison.Ordinal) || Documents.Json.Text(p.Schema?.Element ?? default, "type") is null or "array" or "object");
}
