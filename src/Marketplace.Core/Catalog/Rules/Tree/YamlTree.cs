using System.Buffers;
using System.Text.Json;
using Marketplace.Core.Catalog.Documents;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Marketplace.Core.Catalog.Rules.Tree;

/// <summary>
/// Reads YAML into nodes that know their character. What an alias stands for is copied, and stands where its anchor does.
/// Bounded by <see cref="Documents.SpecReader"/>, which expands aliases before.
/// </summary>
internal sealed class YamlTree
{
    private readonly Dictionary<AnchorName, Node> _anchors = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Parser _yaml;

    private YamlTree(string text) => _yaml = new Parser(new Scanner(new StringReader(text), skipComments: true));

    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static Node Read(string text)
    {
        var tree = new YamlTree(text);
        while (tree._yaml.MoveNext() && tree._yaml.Current is not NodeEvent)
        {
        }
        return tree._yaml.Current is NodeEvent ? tree.Value(null, null, null) : new Node(NodeKind.Null, null, null, 0, 0, "");
    }

    private Node Value(Node? parent, string? name, int? nameAt)
    {
        var at = nameAt ?? (int)_yaml.Current!.Start.Index;
        var index = parent?.Count ?? 0;
        if (_yaml.Current is AnchorAlias alias)
            return _anchors.TryGetValue(alias.Value, out var anchored) ? Copy(anchored, parent, name, index, at) : new Node(NodeKind.Null, parent, name, index, at, "");
        Node node;
        var e = (NodeEvent)_yaml.Current!;
        switch (e)
        {
            case MappingStart:
                node = new Node(NodeKind.Object, parent, name, index, at, "");
                while (_yaml.MoveNext() && _yaml.Current is not MappingEnd)
                {
                    var key = _yaml.Current as Scalar;
                    var keyAt = (int)_yaml.Current!.Start.Index;
                    _yaml.MoveNext();
                    node.Add(Value(node, key?.Value ?? "", keyAt));
                }
                break;
            case SequenceStart:
                node = new Node(NodeKind.Array, parent, name, index, at, "");
                while (_yaml.MoveNext() && _yaml.Current is not SequenceEnd)
                    node.Add(Value(node, null, null));
                break;
            default:
                node = Scalar((Scalar)e, parent, name, index, at);
                break;
        }
        if (!e.Anchor.IsEmpty)
            _anchors[e.Anchor] = node;
        return node;
    }

    private Node Scalar(Scalar scalar, Node? parent, string? name, int index, int at)
    {
        if (scalar.Style != ScalarStyle.Plain || scalar.Value.Length == 0 || char.IsLetter(scalar.Value[0]) && scalar.Value is not ("true" or "false" or "null" or "True" or "False" or "Null" or "TRUE" or "FALSE" or "NULL"))
            return scalar is { Style: ScalarStyle.Plain, Value.Length: 0, Tag.IsEmpty: true }
                ? new Node(NodeKind.Null, parent, name, index, at, "")
                : new Node(NodeKind.String, parent, name, index, at, scalar.Value);
        // The one place that knows the core schema writes JSON.
        _buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });
        YamlScalar.TryWrite(scalar, json);
        json.Flush();
        return _buffer.WrittenSpan is [(byte)'"', ..] or []
            ? new Node(NodeKind.String, parent, name, index, at, scalar.Value)
            : JsonTree.Read(_buffer.WrittenSpan, 1) is var read
                ? new Node(read.Kind, parent, name, index, at, read.Text)
                : throw new InvalidOperationException();
    }

    private static Node Copy(Node node, Node? parent, string? name, int index, int at)
    {
        var copy = new Node(node.Kind, parent, name, index, at, node.Text);
        foreach (var child in node.Children)
            copy.Add(Copy(child, copy, child.Name, child.Index, child.At));
        return copy;
    }
}
