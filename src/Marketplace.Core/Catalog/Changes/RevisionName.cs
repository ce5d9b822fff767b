using System.Globalization;

namespace Marketplace.Core.Catalog.Changes;

/// <summary>How people and addresses name a revision: <c>v1.3</c>, or <c>v1</c> for the newest of the line.</summary>
public readonly record struct RevisionName(string Version, int? Number)
{
    public static RevisionName? Parse(string? text)
    {
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (string.IsNullOrEmpty(text) || dot == 0)
            return null;
        if (dot < 0)
            return new(text, null);
        return int.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(text[..dot], number) : null;
    }

    public override string ToString() => Number is null ? Version : string.Create(CultureInfo.InvariantCulture, $"{Version}.{Number}");
}
