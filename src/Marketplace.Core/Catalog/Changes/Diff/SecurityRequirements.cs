using System.Text.Json;
using Marketplace.Core.Catalog.Changes.Kinds;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Changes.Diff;

/// <summary>The alternatives by which an operation may be called: each is a set of schemes with their scopes.</summary>
internal static class SecurityRequirements
{
    public static List<Dictionary<string, string[]>> Of(ChangeDocument document, OperationModel operation)
    {
        var own = operation.Element.TryGetProperty("security", out var given) && given.ValueKind == JsonValueKind.Array;
        return
        [
            .. Json.Items(own ? operation.Element : document.Root, "security").Where(s => s.ValueKind == JsonValueKind.Object)
                .Select(s => s.EnumerateObject().DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => Json.Strings(s, p.Name).Order(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal)),
        ];
    }

    public static IEnumerable<(ChangeKind Kind, string? Before, string? After)> Compare(
        List<Dictionary<string, string[]>> before, List<Dictionary<string, string[]>> after)
    {
        if (IsOpen(before) && !IsOpen(after))
            yield return (OperationKinds.SecurityRequired, null, null);
        var come = after.Where(a => a.Count > 0 && !before.Exists(b => TextOf(b) == TextOf(a))).ToList();
        foreach (var gone in before.Where(b => b.Count > 0 && !after.Exists(a => TextOf(a) == TextOf(b))))
        {
            if (come.Find(a => SchemesOf(a) == SchemesOf(gone)) is { } same)
            {
                come.Remove(same);
                foreach (var change in Scopes(gone, same))
                    yield return change;
            }
            else if (!IsOpen(after) && !after.Exists(a => a.All(s => gone.TryGetValue(s.Key, out var scopes) && s.Value.All(scopes.Contains))))
            {
                // Who could satisfy the old could satisfy one that asks for a part of it.
                yield return (OperationKinds.SecurityRemoved, SchemesOf(gone), null);
            }
        }
        if (before.Count == 0)
            yield break;
        foreach (var alternative in come)
            yield return (OperationKinds.SecurityAdded, null, SchemesOf(alternative));
    }

    private static IEnumerable<(ChangeKind Kind, string? Before, string? After)> Scopes(Dictionary<string, string[]> before, Dictionary<string, string[]> after)
    {
        foreach (var (scheme, scopes) in after)
        {
            foreach (var scope in scopes.Except(before[scheme], StringComparer.Ordinal))
                yield return (OperationKinds.SecurityScopeAdded, null, scope);
            foreach (var scope in before[scheme].Except(scopes, StringComparer.Ordinal))
                yield return (OperationKinds.SecurityScopeRemoved, scope, null);
        }
    }

    private static bool IsOpen(List<Dictionary<string, string[]>> alternatives) => alternatives.Count == 0 || alternatives.Exists(a => a.Count == 0);

    /// <summary>The same scheme may stand in several alternatives with different scopes.</summary>
    private static string TextOf(Dictionary<string, string[]> alternative) =>
        string.Join('\n', alternative.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}: {string.Join(' ', s.Value)}"));

    private static string SchemesOf(Dictionary<string, string[]> alternative) => string.Join(" with ", alternative.Keys.Order(StringComparer.Ordinal));
}
