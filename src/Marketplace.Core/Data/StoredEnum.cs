using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Marketplace.Core.Data;

/// <summary>Enumerations are stored as the words a DBA reads: <c>SecurityOfficer</c> as <c>security_officer</c>.</summary>
public static partial class StoredEnum
{
    public static string ToWord<T>(T value) where T : struct, Enum => Words<T>.Of.TryGetValue(value, out var word) ? word : SnakeCase(value.ToString());

    public static T FromWord<T>(string word) where T : struct, Enum => Enum.Parse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    public static bool TryFromWord<T>(string? word, out T value) where T : struct, Enum
    {
        foreach (var (candidate, itsWord) in Words<T>.Of)
        {
            if (itsWord == word)
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    internal static string SnakeCase(string name) => WordStart().Replace(name, "_").ToLowerInvariant();

    private static class Words<T> where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> Of = Enum.GetValues<T>().Distinct().ToFrozenDictionary(v => v, v => SnakeCase(v.ToString()));
    }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordStart();
}

public sealed class StoredEnumConverter<T>() : ValueConverter<T, string>(v => StoredEnum.ToWord(v), v => StoredEnum.FromWord<T>(v)) where T : struct, Enum;
