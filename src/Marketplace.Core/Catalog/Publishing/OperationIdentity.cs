using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Publishing;

/// <summary>
/// Decides which operation of a new document is which known one. Grants hang on the answer, so when in doubt an
/// operation is new, and a new one has a bit that no token carries.
/// <list type="number">
/// <item>The same operationId is the same operation, wherever its path has moved.</item>
/// <item>An operationId that nobody had names the operation at that method and path, if it had none so far.</item>
/// <item>Without operationId, the operation at that method and path, whatever its parameters are called.</item>
/// <item>A derived key that returns after a removal gets its bit back; everything else is new.</item>
/// </list>
/// </summary>
internal sealed class OperationIdentity
{
    private const int MaximumBitIndex = 65_535;

    private readonly Dictionary<string, Operation> _byOperationId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Operation> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Method, string Shape), List<Operation>> _byShape = [];
    private readonly HashSet<Operation> _claimed = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly Guid _versionId;
    private readonly int _revision;
    private readonly OperationPlan _plan;

    private OperationIdentity(Guid versionId, IReadOnlyList<Operation> known, int revision, int nextBitIndex)
    {
        (_versionId, _revision) = (versionId, revision);
        _plan = new OperationPlan { NextBitIndex = nextBitIndex };
        foreach (var operation in known.OrderBy(o => o.BitIndex))
        {
            _keys.Add(operation.Key);
            _byKey.Add(operation.Key, operation);
            if (operation.OperationId is not null)
                _byOperationId.TryAdd(operation.OperationId, operation);
            if (operation.RemovedIn is null)
                (_byShape.TryGetValue(PlaceOf(operation), out var there) ? there : _byShape[PlaceOf(operation)] = []).Add(operation);
        }
    }

    public static OperationPlan Plan(Guid versionId, IReadOnlyList<Operation> known, IReadOnlyList<SpecOperation> document, int revision, int nextBitIndex)
    {
        var identity = new OperationIdentity(versionId, known, revision, nextBitIndex);
        var matches = new Operation?[document.Count];
        identity.Claim(document, matches, o => o.OperationId is null ? null : identity.WithSameId(o));
        identity.Claim(document, matches, o => o.OperationId is null ? null : identity.AtSamePlace(o, unnamedOnly: true));
        identity.Claim(document, matches, o => o.OperationId is null ? identity.AtSamePlace(o, unnamedOnly: false) : null);
        identity.Claim(document, matches, o => o.OperationId is null ? identity.WithSameDerivedKey(o) : null);
        for (var i = 0; i < document.Count; i++)
        {
            if (matches[i] is { } found)
                identity.Keep(found, document[i]);
            else
                identity.Add(document[i]);
        }
        identity._plan.Removed.AddRange(known.Where(o => o.RemovedIn is null && !identity._claimed.Contains(o)));
        return identity._plan;
    }

    private void Claim(IReadOnlyList<SpecOperation> document, Operation?[] matches, Func<SpecOperation, Operation?> find)
    {
        for (var i = 0; i < document.Count; i++)
        {
            if (matches[i] is null && find(document[i]) is { } found && _claimed.Add(found))
                matches[i] = found;
        }
    }

    private Operation? WithSameId(SpecOperation o)
    {
        if (!_byOperationId.TryGetValue(o.OperationId!, out var found) || found.Method == o.Method)
            return found;
        // GET granted must not become DELETE granted.
        _plan.Problems.Add(new(
            "operation_method_changed",
            $"The operationId \"{o.OperationId}\" belonged to {found.Method} {found.Path} and is now {o.Method} {o.Path}; those granted the one would hold the other. Give the changed operation a new operationId.",
            "document"));
        return found;
    }

    private Operation? AtSamePlace(SpecOperation o, bool unnamedOnly) =>
        _byShape.TryGetValue((o.Method, o.Shape), out var there)
            ? there.Where(k => !_claimed.Contains(k) && !(unnamedOnly && k.OperationId is not null))
                .OrderBy(k => k.Path == o.Path ? 0 : 1).FirstOrDefault()
            : null;

    private Operation? WithSameDerivedKey(SpecOperation o) =>
        _byKey.TryGetValue(o.Key, out var found) && found is { RemovedIn: not null, OperationId: null } && PlaceOf(found) == (o.Method, o.Shape)
            ? found
            : null;

    private void Keep(Operation known, SpecOperation o)
    {
        if (known.RemovedIn is not null)
            _plan.Returned.Add(known);
        else if (IsSame(known, o))
        {
            _plan.Unchanged++;
            return;
        }
        (known.Method, known.Path, known.Summary, known.Description) = (o.Method, o.Path, o.Summary, o.Description);
        (known.Tags, known.Deprecated, known.NotEnforceable) = ([.. o.Tags], o.Deprecated, o.NotEnforceable);
        // An operationId once seen stays known, so that it finds its operation again wherever it turns up next.
        known.OperationId = o.OperationId ?? known.OperationId;
        known.RemovedIn = null;
        _plan.Changed.Add(known);
    }

    private void Add(SpecOperation o)
    {
        if (_plan.NextBitIndex > MaximumBitIndex)
        {
            if (_plan.Problems.All(p => p.Code != "bit_indexes_used_up"))
                _plan.Problems.Add(new("bit_indexes_used_up", "This line has used up its 65,536 operations, the removed included. Publish under a new version.", "document"));
            return;
        }
        var index = _plan.NextBitIndex++;
        var key = _keys.Add(o.Key) ? o.Key : OperationKey.Hashed(o.Key, $" {index}");
        _keys.Add(key);
        _plan.Added.Add(new Operation
        {
            ApiVersionId = _versionId,
            Key = key,
            BitIndex = index,
            Method = o.Method,
            Path = o.Path,
            OperationId = o.OperationId,
            Summary = o.Summary,
            Description = o.Description,
            Tags = [.. o.Tags],
            Deprecated = o.Deprecated,
            NotEnforceable = o.NotEnforceable,
            AddedIn = _revision,
        });
    }

    private static (string Method, string Shape) PlaceOf(Operation o) => (o.Method, PathRules.Shape(o.Path));

    private static bool IsSame(Operation known, SpecOperation o) =>
        known.Method == o.Method && known.Path == o.Path && known.Summary == o.Summary && known.Description == o.Description
        && known.Deprecated == o.Deprecated && known.NotEnforceable == o.NotEnforceable
        && (o.OperationId is null || known.OperationId == o.OperationId) && known.Tags.SequenceEqual(o.Tags, StringComparer.Ordinal);
}
