using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>Writes JSON as YAML for people to read: what could be taken for anything but the same string is quoted.</summary>
public static partial class JsonToYaml
{
    private static readonly string[] Words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

    public static string Convert(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DocumentLimits.Default.MaxDepth + 8 });
        using var text = new StringWriter();
        var yaml = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        yaml.Emit(new StreamStart());
        yaml.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(yaml, document.RootElement);
        yaml.Emit(new DocumentEnd(isImplicit: true));
        yaml.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Write(Emitter yaml, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                yaml.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
                foreach (var member in value.EnumerateObject())
                {
                    yaml.Emit(Text(member.Name, isKey: true));
                    Write(yaml, member.Value);
                }
                yaml.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                yaml.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var item in value.EnumerateArray())
                    Write(yaml, item);
                yaml.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                yaml.Emit(Text(value.GetString()!, isKey: false));
                break;
            default:
                yaml.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value.GetRawText(), ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
        }
    }

    private static Scalar Text(string text, bool isKey) => new(
        AnchorName.Empty, TagName.Empty, text,
        Plain().IsMatch(text) && !Words.Contains(text, StringComparer.OrdinalIgnoreCase) ? ScalarStyle.Plain
            : !isKey && Lines().IsMatch(text) ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted,
        isPlainImplicit: true, isQuotedImplicit: true);

    /// <summary>Begins with a letter, so no number and no date; holds nothing that YAML reads as its own.</summary>
    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./$()-]*( [A-Za-z0-9_./$()-]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Plain();

    /// <summary>Several lines of printable text, none of which begins or ends with a blank.</summary>
    [GeneratedRegex(@"^([!-~\u00a1-\u024f]([ -~\u00a1-\u024f]*[!-~\u00a1-\u024f])?\n\n?)+[!-~\u00a1-\u024f]([ -~\u00a1-\u024f]*[!-~\u00a1-\u024f])?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Lines();
}
