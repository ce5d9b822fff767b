using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Rules.Schemas;
using Marketplace.Core.Catalog.Rules.Tree;

namespace Marketplace.Core.Catalog.Rules;

/// <param name="Path">As written.</param>
/// <param name="Method">In lower case.</param>
/// <param name="Node">The operation.</param>
/// <param name="Item">The path item that holds it.</param>
internal sealed record IndexedOperation(string Path, string Method, Node Node, Node Item);

/// <summary>Where a value stands, as far as rules ask.</summary>
[Flags]
internal enum Within
{
    Nothing = 0,
    Definitions = 1,
    Schemas = 2,
    Parameters = 4,
    Responses = 8,
    Content = 16,
    Headers = 32,
}

/// <summary>
/// What rules look for, collected in one walk. Like the linter whose rules these are, it sees a document with its references
/// followed: what stands beside a <c>$ref</c> is not there, and what a reference points at is looked at once, where it stands.
/// </summary>
internal sealed class DocumentIndex
{
    private static readonly HashSet<string> Methods = new(["get", "put", "post", "delete", "options", "head", "patch", "trace"], StringComparer.Ordinal);

    private readonly Dictionary<string, Node?> _resolved = new(StringComparer.Ordinal);

    public DocumentIndex(Node root)
    {
        Root = root;
        OpenapiText = root.String("swagger") ?? root.String("openapi") ?? "";
        IsOas2 = root["swagger"] is not null;
        Schemas = new SchemaSet(Resolve);
        Walk(root, Within.Nothing, visible: true, isMap: false);
        foreach (var item in root.Members("paths"))
        {
            if (Follow(item) is not { Kind: NodeKind.Object } followed)
                continue;
            PathItems.Add((item.Name!, followed));
            foreach (var operation in followed.Children)
            {
                if (Methods.Contains(operation.Name!) && Follow(operation) is { Kind: NodeKind.Object } node)
                    Operations.Add(new(item.Name!, operation.Name!, node, followed));
            }
        }
    }

    public Node Root { get; }
    public string OpenapiText { get; }
    public bool IsOas2 { get; }
    public bool IsOas30 => OpenapiText.StartsWith("3.0", StringComparison.Ordinal);
    public bool IsOas32 => OpenapiText.StartsWith("3.2", StringComparison.Ordinal);
    public SchemaSet Schemas { get; }
    public List<(string Path, Node Item)> PathItems { get; } = [];
    public List<IndexedOperation> Operations { get; } = [];

    /// <summary>Every <c>$ref</c> that is a string.</summary>
    public List<Node> References { get; } = [];

    public List<Node> WithEnum { get; } = [];
    public List<Node> Arrays { get; } = [];

    /// <summary>Strings named <c>description</c> or <c>title</c>.</summary>
    public List<Node> Texts { get; } = [];

    /// <summary>Objects that may be a schema with an example or a default, and where they stand.</summary>
    public List<(Node Node, Within Within)> WithSample { get; } = [];

    /// <summary>Objects with a schema and examples of it, and where they stand.</summary>
    public List<(Node Node, Within Within)> WithMediaSample { get; } = [];

    /// <summary>Objects with <c>in</c>, inside a <c>parameters</c>.</summary>
    public List<Node> Parameters { get; } = [];

    public List<Node> Properties { get; } = [];
    public List<Node> AnyOfs { get; } = [];
    public List<Node> OneOfs { get; } = [];
    public List<Node> Xmls { get; } = [];

    /// <summary>What <c>#/a/b</c> points at; null when nothing.</summary>
    public Node? Resolve(string reference)
    {
        if (_resolved.TryGetValue(reference, out var known))
            return known;
        Node? node = null;
        if (reference == "#")
            node = Root;
        else if (reference.StartsWith("#/", StringComparison.Ordinal))
        {
            node = Root;
            foreach (var name in Names(reference))
                node = node is { Kind: NodeKind.Array } ? int.TryParse(name, out var i) && i >= 0 && i < node.Count ? node.Children[i] : null : node?[name];
        }
        return _resolved[reference] = node;
    }

    public static IEnumerable<string> Names(string reference) => reference[2..].Split('/').Select(name =>
        Uri.UnescapeDataString(name).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));

    /// <summary>The value itself, or what its reference leads to.</summary>
    public Node? Follow(Node? node)
    {
        for (var hops = 0; hops < 20 && node is not null; hops++)
        {
            if (node.String("$ref") is not { } reference)
                return node;
            node = Resolve(reference);
        }
        return null;
    }

    private void Walk(Node node, Within within, bool visible, bool isMap)
    {
        if (node.Kind == NodeKind.Object)
        {
            var reference = node["$ref"];
            if (reference is { Kind: NodeKind.String })
            {
                References.Add(reference);
                if (Resolve(reference.Text) is not null)
                    visible = false;
            }
            if (visible)
                Collect(node, within, isMap);
            foreach (var child in node.Children)
            {
                if (child.Kind is NodeKind.Object or NodeKind.Array)
                    Walk(child, within | Enter(node, child), visible, child.Name is "properties" && !isMap);
                else if (visible && child.Kind == NodeKind.String && child.Name is "description" or "title")
                    Texts.Add(child);
            }
        }
        else
        {
            foreach (var child in node.Children)
            {
                if (child.Kind is NodeKind.Object or NodeKind.Array)
                    Walk(child, within, visible, false);
            }
        }
    }

    private void Collect(Node node, Within within, bool isMap)
    {
        foreach (var child in node.Children)
        {
            switch (child.Name)
            {
                case "enum" when child.IsTruthy:
                    WithEnum.Add(node);
                    break;
                case "type" when child is { Kind: NodeKind.String, Text: "array" } || (child.IsArray && child.Children.Any(t => t.Text == "array")):
                    Arrays.Add(node);
                    break;
                case "in" when (within & Within.Parameters) != Within.Nothing && child.IsTruthy:
                    Parameters.Add(node);
                    break;
                case "properties" when child.IsObject && !isMap:
                    Properties.Add(child);
                    break;
                case "xml" when child.IsObject:
                    Xmls.Add(child);
                    break;
                case "anyOf":
                    AnyOfs.Add(child);
                    break;
                case "oneOf":
                    OneOfs.Add(child);
                    break;
            }
        }
        if (within == Within.Nothing)
            return;
        if (node.Name != "properties" && (node["example"] ?? node["default"] ?? node["x-example"]) is not null
            && (Has("enum") || Has("type") || Has("format") || Has("$ref") || Has("properties") || Has("items")))
            WithSample.Add((node, within));
        if (node["schema"] is { IsTruthy: true } && (node["example"] is not null || Has("examples")))
            WithMediaSample.Add((node, within));

        bool Has(string name) => node[name] is { IsTruthy: true };
    }

    private static Within Enter(Node parent, Node child) => child.Name switch
    {
        "definitions" => Within.Definitions,
        "parameters" => Within.Parameters,
        "responses" => Within.Responses,
        "content" => Within.Content,
        "headers" => Within.Headers,
        "schemas" when parent is { Name: "components", Parent.Parent: null } => Within.Schemas,
        _ => Within.Nothing,
    };

    public static string Child(string pointer, string name) => JsonPointer.Child(pointer, name);
}
