namespace Marketplace.Core.Catalog.Documents;

/// <summary>
/// <c>/a/{x}</c> and <c>/a/{y}</c> with the same method match the same requests; OpenAPI forbids it ("identical"), and 27
/// real documents do it. A grant for one would open the other, so all of them are closed until the author merges them;
/// the rest of the document is usable.
/// </summary>
internal static class IdenticalPaths
{
    public static IReadOnlyList<SpecOperation> Close(List<SpecOperation> operations, DocumentProblems warnings)
    {
        var twins = operations
            .GroupBy(o => (o.Method, o.Shape))
            .Where(g => g.Skip(1).Any())
            .ToDictionary(g => g.Key, g => g.ToList());
        if (twins.Count == 0)
            return operations;
        foreach (var group in twins.Values)
            warnings.Add(
                DocumentProblemCode.IdenticalPaths,
                $"{string.Join(" and ", group.Take(5).Select(o => $"{o.Method} {JsonGuard.Shorten(o.Path)}"))} match the same requests, so nobody can be granted either. Merge them into one path.",
                JsonPointer.Child("#/paths", group[1].Path));
        return [.. operations.Select(o => twins.ContainsKey((o.Method, o.Shape))
            ? o with { Key = o.OperationId is null ? OperationKey.Hashed(o.Method + ":" + o.Path) : o.Key, NotEnforceable = o.NotEnforceable ?? "another path of the document matches the same requests. Merge them into one path" }
            : o)];
    }
}
