using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>
/// Turns a YAML stream of one document into JSON while it is parsed. An anchored node is the range of bytes that it
/// became; an alias copies that range. So the cost of aliases is the size of the output, and that is bounded.
/// </summary>
internal sealed class YamlToJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024);
    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<AnchorName, Range> _anchors = [];
    private readonly HashSet<AnchorName> _open = [];
    private readonly DocumentLimits _limits;
    private readonly DocumentProblems _problems;
    private readonly Parser _yaml;

    private YamlToJson(TextReader text, DocumentLimits limits, DocumentProblems problems)
    {
        _limits = limits;
        _problems = problems;
        _yaml = new Parser(new Scanner(text, skipComments: true));
        _json = new Utf8JsonWriter(
            _output,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = limits.MaxDepth + 8 });
    }

    public void Dispose() => _json.Dispose();

    public static bool TryConvert(ReadOnlyMemory<byte> utf8, DocumentLimits limits, DocumentProblems problems, out ReadOnlyMemory<byte> json)
    {
        json = default;
        using var text = new StreamReader(new MemoryStream(utf8.ToArray(), writable: false), new UTF8Encoding(false, true));
        using var converter = new YamlToJson(text, limits, problems);
        try
        {
            converter.Document();
        }
        catch (Refused)
        {
            return false;
        }
        catch (YamlException e)
        {
            problems.Add(DocumentProblemCode.YamlSyntax, "This is not valid YAML: " + Sentence(e), At(e.Start));
            return false;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            // The YAML parser has been seen to fail on its own on hostile text; half a surrogate pair ends here too.
            problems.Add(DocumentProblemCode.YamlSyntax, "This is not valid YAML: the parser cannot read it here.", At(converter._yaml.Current?.Start ?? Mark.Empty));
            return false;
        }
        json = converter._output.WrittenMemory;
        return !problems.Any;
    }

    private void Document()
    {
        Next<StreamStart>();
        if (_yaml.MoveNext() && _yaml.Current is DocumentStart)
        {
            _yaml.MoveNext();
            if (_yaml.Current is not MappingStart)
                throw Refuse(
                    DocumentProblemCode.NotJsonOrYaml,
                    "This is neither a JSON object nor a YAML mapping. Give an OpenAPI document; it starts with `openapi: 3.…`, `swagger: \"2.0\"` or `{`.",
                    _yaml.Current!);
            Node(0);
            Next<DocumentEnd>();
            _yaml.MoveNext();
            if (_yaml.Current is not StreamEnd)
                throw Refuse(DocumentProblemCode.YamlUnsupported, "A second YAML document starts here. Give one document alone.", _yaml.Current!);
        }
        _json.Flush();
    }

    /// <summary>Writes the node that the parser stands on and leaves the parser on that node's last event.</summary>
    private void Node(int depth)
    {
        if (_yaml.Current is AnchorAlias alias)
        {
            Copy(alias);
            return;
        }
        var e = (NodeEvent)_yaml.Current!;
        var start = e.Anchor.IsEmpty ? 0 : Position();
        if (!e.Anchor.IsEmpty)
            _open.Add(e.Anchor);
        switch (e)
        {
            case Scalar scalar:
                if (!YamlScalar.TryWrite(scalar, _json))
                    throw Refuse(DocumentProblemCode.YamlUnsupported, $"The tag {scalar.Tag} or its value is not of YAML's core schema. Write the value without the tag.", scalar);
                break;
            case MappingStart mapping:
                Deeper(depth, mapping, mapping.Tag, "map");
                Mapping(depth + 1);
                break;
            case SequenceStart sequence:
                Deeper(depth, sequence, sequence.Tag, "seq");
                _json.WriteStartArray();
                while (_yaml.MoveNext() && _yaml.Current is not SequenceEnd)
                    Node(depth + 1);
                _json.WriteEndArray();
                break;
        }
        if (Position() > _limits.MaxExpandedBytes)
            throw TooLarge(e);
        if (!e.Anchor.IsEmpty)
        {
            _json.Flush();
            _anchors[e.Anchor] = start.._output.WrittenCount;
            _open.Remove(e.Anchor);
        }
    }

    private void Mapping(int depth)
    {
        _json.WriteStartObject();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (_yaml.MoveNext() && _yaml.Current is not MappingEnd)
        {
            if (_yaml.Current is not Scalar key)
                throw Refuse(DocumentProblemCode.YamlUnsupported, "A name must be plain text here, not a list, a mapping or an alias.", _yaml.Current!);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
                throw Refuse(DocumentProblemCode.YamlUnsupported, "The merge key << is not part of YAML 1.2. Write the merged members out.", key);
            if (!names.Add(key.Value))
                _problems.Add(
                    DocumentProblemCode.DuplicateKey,
                    $"The name \"{JsonGuard.Shorten(key.Value)}\" stands twice in the same mapping. Remove or rename one of them.",
                    At(key.Start));
            _json.WritePropertyName(key.Value);
            _yaml.MoveNext();
            Node(depth);
        }
        _json.WriteEndObject();
    }

    private void Copy(AnchorAlias alias)
    {
        if (_open.Contains(alias.Value) || !_anchors.TryGetValue(alias.Value, out var range))
            throw Refuse(DocumentProblemCode.YamlSyntax, $"The alias *{alias.Value} refers to an anchor that is not complete here. Define the anchor before it is used, and not around its use.", alias);
        // A value inside a list was written together with the comma before it.
        var bytes = _output.WrittenSpan[range].TrimStart((byte)',');
        if (Position() + bytes.Length > _limits.MaxExpandedBytes)
            throw TooLarge(alias);
        _json.WriteRawValue(bytes.ToArray(), skipInputValidation: true);
    }

    private int Position()
    {
        if (_json.BytesPending > 16 * 1024 || _anchors.Count > 0 || _yaml.Current is NodeEvent { Anchor.IsEmpty: false })
            _json.Flush();
        return _output.WrittenCount + _json.BytesPending;
    }

    private void Deeper(int depth, NodeEvent e, TagName tag, string core)
    {
        if (depth >= _limits.MaxDepth)
            throw Refuse(
                DocumentProblemCode.TooDeep,
                $"The document is nested deeper than {_limits.MaxDepth} levels here. Name the inner parts under components and refer to them with $ref.",
                e);
        if (!tag.IsEmpty && tag.Value != "!" && tag.Value != "tag:yaml.org,2002:" + core)
            throw Refuse(DocumentProblemCode.YamlUnsupported, $"The tag {tag} is not of YAML's core schema. Write the value without the tag.", e);
    }

    private void Next<T>()
    {
        if (!_yaml.MoveNext() || _yaml.Current is not T)
            throw Refuse(DocumentProblemCode.YamlSyntax, "This is not valid YAML: the document does not end here as it should.", _yaml.Current!);
    }

    private Refused TooLarge(ParsingEvent e) => Refuse(
        DocumentProblemCode.YamlExpansion,
        $"With its aliases expanded the document exceeds {_limits.MaxExpandedBytes / 1024 / 1024} MB. Use $ref instead of YAML aliases.",
        e);

    private Refused Refuse(string code, string message, ParsingEvent e)
    {
        _problems.Add(code, message, At(e.Start));
        return new Refused();
    }

    private static DocumentLocation At(Mark mark) => new(null, (int)mark.Line, (int)mark.Column);

    private static string Sentence(YamlException e)
    {
        var text = e.Message;
        var end = text.IndexOf("): ", StringComparison.Ordinal);
        text = text.StartsWith("(Line", StringComparison.Ordinal) && end > 0 ? text[(end + 3)..] : text;
        return text.EndsWith('.') ? text : text + ".";
    }

    /// <summary>Leaves the recursion; the problem is already recorded.</summary>
    private sealed class Refused : Exception;
}
