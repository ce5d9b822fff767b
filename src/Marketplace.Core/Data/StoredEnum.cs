using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Marketplace.Core.Data;

/// <summary>Enumerations are stored as the words a DBA reads: <c>SecurityOfficer</c> as <c>security_officer</c>.</summary>
public static partial class StoredEnum
{
    public static string ToWord<T>(T value) where T : struct, Enum => SnakeCase(value.ToString());

    public static T FromWord<T>(string word) where T : struct, Enum => Enum.Parse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    public static bool TryFromWord<T>(string? word, out T value) where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (ToWord(candidate) == word)
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    internal static string SnakeCase(string name) => WordStart().Replace(name, "_").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordStart();
}

public sealed class StoredEnumConverter<T>() : ValueConverter<T, string>(v => StoredEnum.ToWord(v), v => StoredEnum.FromWord<T>(v)) where T : struct, Enum;
