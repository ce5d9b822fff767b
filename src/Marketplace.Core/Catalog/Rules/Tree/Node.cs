using System.Globalization;
using Marketplace.Core.Catalog.Documents;

namespace Marketplace.Core.Catalog.Rules.Tree;

internal enum NodeKind : byte
{
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// <summary>A value of a document that knows where it stands: what every rule reads, parsed once.</summary>
internal sealed class Node(NodeKind kind, Node? parent, string? name, int index, int at, string text)
{
    private const int ManyMembers = 8;

    private List<Node>? _children;
    private Dictionary<string, Node>? _byName;

    public NodeKind Kind { get; } = kind;
    public Node? Parent { get; } = parent;

    /// <summary>Its name in the object that holds it; null in a list and at the root.</summary>
    public string? Name { get; } = name;

    /// <summary>Which of its parent's values it is.</summary>
    public int Index { get; } = index;

    /// <summary>Where its name starts, or the value itself where it has none.</summary>
    public int At { get; } = at;

    /// <summary>A string's value or a number as it is written; empty for the others.</summary>
    public string Text { get; } = text;

    public bool IsObject => Kind == NodeKind.Object;
    public bool IsArray => Kind == NodeKind.Array;
    public bool IsString => Kind == NodeKind.String;
    public IReadOnlyList<Node> Children => _children ?? (IReadOnlyList<Node>)[];
    public int Count => _children?.Count ?? 0;

    /// <summary>A member by its name; null when there is none, or this is no object.</summary>
    public Node? this[string member]
    {
        get
        {
            if (_children is null || Kind != NodeKind.Object)
                return null;
            if (_children.Count <= ManyMembers)
            {
                foreach (var child in _children)
                {
                    if (child.Name == member)
                        return child;
                }
                return null;
            }
            if (_byName is null)
            {
                _byName = new(_children.Count, StringComparer.Ordinal);
                foreach (var child in _children)
                    _byName[child.Name!] = child;
            }
            return _byName.GetValueOrDefault(member);
        }
    }

    /// <summary>As JavaScript, in which the well-known rules are written, takes it.</summary>
    public bool IsTruthy => Kind switch
    {
        NodeKind.Null or NodeKind.False => false,
        NodeKind.String => Text.Length > 0,
        NodeKind.Number => Number != 0,
        _ => true,
    };

    public double Number => double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    public bool IsInteger => Kind == NodeKind.Number && Number is var number && Math.Floor(number) == number && !double.IsInfinity(number);

    /// <summary>RFC 6901, as a URI fragment without encoding: <c>#/paths/~1cards/get</c>.</summary>
    public string Pointer
    {
        get
        {
            var path = new Stack<string>();
            for (var node = this; node.Parent is not null; node = node.Parent)
                path.Push(node.Name ?? node.Index.ToString(CultureInfo.InvariantCulture));
            return path.Aggregate("#", JsonPointer.Child);
        }
    }

    public string? String(string member) => this[member] is { Kind: NodeKind.String } found ? found.Text : null;

    public Node? Object(string member) => this[member] is { Kind: NodeKind.Object } found ? found : null;

    public Node? Array(string member) => this[member] is { Kind: NodeKind.Array } found ? found : null;

    public IReadOnlyList<Node> Items(string member) => Array(member)?.Children ?? [];

    public IReadOnlyList<Node> Members(string member) => Object(member)?.Children ?? [];

    public void Add(Node child) => (_children ??= []).Add(child);

    public bool SameValue(Node other)
    {
        if (Kind != other.Kind)
            return false;
        switch (Kind)
        {
            case NodeKind.String:
                return Text == other.Text;
            case NodeKind.Number:
                return Text == other.Text || Number == other.Number;
            case NodeKind.Object:
                return Count == other.Count && Children.All(c => other[c.Name!] is { } same && c.SameValue(same));
            case NodeKind.Array:
                return Count == other.Count && Children.Zip(other.Children).All(p => p.First.SameValue(p.Second));
            default:
                return true;
        }
    }
}
