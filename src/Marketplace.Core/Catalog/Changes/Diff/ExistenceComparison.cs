using System.Globalization;
using System.Text.Json;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>Operations that are only in one of the documents.</summary>
internal sealed class ExistenceComparison
{
    private readonly ChangeDocument _before;
    private readonly IReadOnlyList<OperationPair> _pairs;
    private readonly ChangeSet _changes;
    private readonly DateOnly _today;
    private readonly HashSet<string> _shapes;
    private readonly Dictionary<(string Method, string Shape), OperationPlace> _added;

    public ExistenceComparison(ChangeDocument before, IReadOnlyList<OperationPair> pairs, ChangeSet changes, DateOnly today)
    {
        (_before, _pairs, _changes, _today) = (before, pairs, changes, today);
        _shapes = pairs.Where(p => p.After is not null).Select(p => PathRules.Shape(p.After!.Path)).ToHashSet(StringComparer.Ordinal);
        _added = pairs.Where(p => p is { Before: null, After: not null }).Select(p => p.After!)
            .GroupBy(o => (o.Method, PathRules.Shape(o.Path))).ToDictionary(g => g.Key, g => g.First());
    }

    public void Run(int index)
    {
        var (before, after) = (_pairs[index].Before, _pairs[index].After);
        if (before is not null)
            Removed(index, before);
        if (after is not null)
            Add(index, OperationKinds.Added, after, null, null, inEarlier: false);
    }

    public static string PointerOf(OperationPlace operation) =>
        JsonPointer.Child(JsonPointer.Child("#/paths", operation.Path), operation.Method.ToLowerInvariant());

    public static string SubjectOf(OperationPlace operation) => $"{operation.Method} {operation.Path}";

    private void Removed(int index, OperationPlace operation)
    {
        var shape = PathRules.Shape(operation.Path);
        if (_added.TryGetValue((operation.Method, shape), out var other) && other.Key != operation.Key)
        {
            Add(index, OperationKinds.Renamed, operation, operation.Key, other.Key, inEarlier: true);
            return;
        }
        var path = !_shapes.Contains(shape);
        var element = _before.At(PointerOf(operation))?.Element ?? default;
        var deprecated = element.ValueKind == JsonValueKind.Object && Json.True(element, "deprecated");
        var sunset = SunsetOf(element);
        var kind = !deprecated ? path ? OperationKinds.PathRemoved : OperationKinds.Removed
            : sunset > _today ? path ? OperationKinds.PathRemovedBeforeSunset : OperationKinds.RemovedBeforeSunset
            : path ? OperationKinds.PathRemovedDeprecated : OperationKinds.RemovedDeprecated;
        Add(index, kind, operation, sunset?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), null, inEarlier: true);
    }

    /// <summary>The extension that other tools read, too: <c>x-sunset: 2027-03-31</c>.</summary>
    public static DateOnly? SunsetOf(JsonElement operation) =>
        Json.Text(operation, "x-sunset") is { Length: >= 10 } text
            && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private void Add(int index, ChangeKind kind, OperationPlace operation, string? before, string? after, bool inEarlier) =>
        _changes.All[_changes.Add(kind, PointerOf(operation), SubjectOf(operation), before, after, inEarlier)].Operations.Add(index);
}
