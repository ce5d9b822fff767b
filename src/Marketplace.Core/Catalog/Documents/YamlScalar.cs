using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Marketplace.Core.Catalog.Documents;

/// <summary>A plain scalar's meaning in the core schema of YAML 1.2 (§10.3.2): <c>no</c>, <c>on</c> and dates are strings.</summary>
internal static partial class YamlScalar
{
    private const string Tag = "tag:yaml.org,2002:";

    /// <summary>Writes the scalar as JSON; false when its tag is not one of the core schema.</summary>
    public static bool TryWrite(Scalar scalar, Utf8JsonWriter json)
    {
        if (scalar.Tag.IsEmpty)
        {
            if (scalar.Style != ScalarStyle.Plain || !TryWritePlain(scalar.Value, json))
                json.WriteStringValue(scalar.Value);
            return true;
        }
        switch (scalar.Tag.Value)
        {
            case "!" or Tag + "str" or Tag + "timestamp":
                json.WriteStringValue(scalar.Value);
                return true;
            case Tag + "null" or Tag + "bool" or Tag + "int" or Tag + "float":
                return TryWritePlain(scalar.Value, json);
            default:
                return false;
        }
    }

    private static bool TryWritePlain(string text, Utf8JsonWriter json)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                json.WriteNullValue();
                return true;
            case "true" or "True" or "TRUE":
                json.WriteBooleanValue(true);
                return true;
            case "false" or "False" or "FALSE":
                json.WriteBooleanValue(false);
                return true;
        }
        // .inf and .nan have no JSON form and stay the text that they are.
        if (text[0] is not ((>= '0' and <= '9') or '-' or '+' or '.'))
            return false;
        if (Decimal().Match(text) is { Success: true } number)
        {
            json.WriteRawValue(Normalize(number), skipInputValidation: true);
            return true;
        }
        if (Based().IsMatch(text) && TryParseBased(text, out var value))
        {
            json.WriteNumberValue(value);
            return true;
        }
        return false;
    }

    /// <summary>The author's digits, kept (<c>1.0</c> stays <c>1.0</c>), in JSON's grammar (RFC 8259 §6).</summary>
    private static string Normalize(Match number)
    {
        var whole = number.Groups["whole"].Value.TrimStart('0');
        var fraction = number.Groups["fraction"].Value;
        return (number.Groups["sign"].Value == "-" ? "-" : "")
            + (whole.Length == 0 ? "0" : whole)
            + (number.Groups["point"].Success ? "." + (fraction.Length == 0 ? "0" : fraction) : "")
            + number.Groups["exponent"].Value;
    }

    private static bool TryParseBased(string text, out ulong value)
    {
        if (text[1] == 'x')
            return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        value = 0;
        foreach (var digit in text.AsSpan(2))
        {
            if (value >> 61 != 0)
                return false;
            value = (value << 3) + (ulong)(digit - '0');
        }
        return true;
    }

    [GeneratedRegex(
        @"^(?<sign>[-+]?)(?:(?<whole>[0-9]+)(?<point>\.(?<fraction>[0-9]*))?|(?<point>\.(?<fraction>[0-9]+)))(?<exponent>[eE][-+]?[0-9]+)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^0(o[0-7]+|x[0-9a-fA-F]+)\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Based();
}
