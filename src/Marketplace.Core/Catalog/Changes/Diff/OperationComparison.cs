using System.Globalization;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>What has changed about one operation; its schemas are queued for comparing.</summary>
internal sealed class OperationComparison(SchemaGraph graph, OperationPair pair, int index, OperationModel before, OperationModel after)
{
    private readonly List<SchemaNode> _roots = [];

    public List<SchemaNode> Run()
    {
        Envelope();
        Security();
        new ParameterComparison(this, before, after).Run();
        new MessageComparison(this, before, after).Run();
        return _roots;
    }

    public void Add(ChangeKind kind, string pointer, string subject, string? earlier = null, string? later = null, bool inEarlier = false)
    {
        var touched = graph.Changes.All[graph.Changes.Add(kind, pointer, subject, earlier, later, inEarlier)].Operations;
        if (touched.Count == 0 || touched[^1] != index)
            touched.Add(index);
    }

    public void Schema(SchemaRef earlier, SchemaRef later, SchemaPlace place, string subject)
    {
        if (graph.Node(earlier, later, place, subject) is { } root)
            _roots.Add(root);
    }

    private void Envelope()
    {
        var (pointer, subject) = (after.Place.Pointer, ExistenceComparison.SubjectOf(pair.After!));
        if (PathRules.Shape(pair.Before!.Path) != PathRules.Shape(pair.After!.Path))
            Add(OperationKinds.Moved, pointer, ExistenceComparison.SubjectOf(pair.Before), pair.Before.Path, pair.After.Path);
        if (Json.Text(before.Element, "operationId") is null && Json.Text(after.Element, "operationId") is { } named)
            Add(OperationKinds.OperationIdAdded, pointer, subject, null, named);
        var (was, now) = (Json.True(before.Element, "deprecated"), Json.True(after.Element, "deprecated"));
        if (was && !now)
            Add(OperationKinds.Reactivated, pointer, subject);
        else if (!was && now && ExistenceComparison.SunsetOf(after.Element) is { } sunset)
            Add(OperationKinds.DeprecatedWithSunset, pointer, subject, null, sunset.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        else if (!was && now)
            Add(OperationKinds.Deprecated, pointer, subject);
        Names(Json.Strings(before.Element, "tags"), Json.Strings(after.Element, "tags"), OperationKinds.TagRemoved, OperationKinds.TagAdded, subject);
        Names(Callbacks(graph.Before, before), Callbacks(graph.After, after), OperationKinds.CallbackRemoved, OperationKinds.CallbackAdded, subject);
    }

    private static IEnumerable<string> Callbacks(ChangeDocument document, OperationModel operation) =>
        document.Child(operation.Place, "callbacks") is { } callbacks ? document.Members(callbacks).Select(c => c.Name) : [];

    private void Names(IEnumerable<string> earlier, IEnumerable<string> later, ChangeKind removed, ChangeKind added, string subject)
    {
        var (was, now) = (earlier.ToHashSet(StringComparer.Ordinal), later.ToHashSet(StringComparer.Ordinal));
        foreach (var name in was.Where(n => !now.Contains(n)))
            Add(removed, before.Place.Pointer, subject, name, inEarlier: true);
        foreach (var name in now.Where(n => !was.Contains(n)))
            Add(added, after.Place.Pointer, subject, null, name);
    }

    private void Security()
    {
        var subject = ExistenceComparison.SubjectOf(pair.After!);
        foreach (var change in SecurityRequirements.Compare(
            SecurityRequirements.Of(graph.Before, before), SecurityRequirements.Of(graph.After, after)))
            Add(change.Kind, after.Place.Pointer, subject, change.Before, change.After);
    }
}
