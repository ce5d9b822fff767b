using System.Text.Json;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>
/// Every <c>$ref</c> must stay inside the document: nothing is fetched for a stranger, and the document that was
/// reviewed is the whole contract. Examples are no exception, because renderers in a browser resolve references there too.
/// </summary>
internal sealed class References(JsonElement root, DocumentProblems problems)
{
    private const int MaxHops = 20;

    private readonly JsonPointer _pointer = new(root);
    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);
    private readonly Stack<string> _path = new();

    public void Check() => Walk(root);

    /// <summary>Follows local references until something else stands there; null when they lead nowhere.</summary>
    public JsonElement? Follow(JsonElement element)
    {
        for (var hops = 0; hops <= MaxHops; hops++)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("$ref", out var reference))
                return element;
            if (reference.ValueKind != JsonValueKind.String || !_pointer.TryResolve(reference.GetString()!, out element))
                return null;
        }
        return null;
    }

    private void Walk(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                _path.Push(member.Name);
                if (member.Value.ValueKind == JsonValueKind.String && member.Name is "$ref" or "$dynamicRef")
                    Check(member.Value.GetString()!);
                else
                    Walk(member.Value);
                _path.Pop();
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var i = 0;
            foreach (var item in element.EnumerateArray())
            {
                _path.Push(i++.ToString());
                Walk(item);
                _path.Pop();
            }
        }
    }

    private void Check(string reference)
    {
        if (!reference.StartsWith('#'))
        {
            problems.Add(
                DocumentProblemCode.ExternalReference,
                $"The reference \"{JsonGuard.Shorten(reference)}\" leads out of this document; it is never fetched. Bundle the parts into one document (for example with `redocly bundle`) and publish that.",
                Here());
        }
        else if (reference.StartsWith("#/", StringComparison.Ordinal) && _checked.Add(reference))
        {
            var hops = 0;
            for (var next = reference; next is not null;)
            {
                if (hops++ == MaxHops)
                {
                    problems.Add(DocumentProblemCode.CircularReference, $"The reference \"{JsonGuard.Shorten(reference)}\" leads in a circle, or through more than {MaxHops} others. Point it at a definition.", Here());
                    return;
                }
                if (!_pointer.TryResolve(next, out var target))
                {
                    problems.Add(DocumentProblemCode.BrokenReference, $"Nothing stands at \"{JsonGuard.Shorten(next)}\". Add it, or correct the reference.", Here());
                    return;
                }
                next = target.ValueKind == JsonValueKind.Object && target.TryGetProperty("$ref", out var chained) && chained.ValueKind == JsonValueKind.String
                    ? chained.GetString()
                    : null;
                if (next is not null && !next.StartsWith("#/", StringComparison.Ordinal))
                    return;
            }
        }
    }

    private string Here() => _path.Reverse().Aggregate("#", JsonPointer.Child);
}
