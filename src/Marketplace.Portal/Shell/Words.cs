using System.Globalization;
using Marketplace.Core.Data;

namespace Marketplace.Portal.Shell;

/// <summary>How the interface says what the code calls something else.</summary>
public static class Words
{
    /// <summary><c>SecurityOfficer</c> as "Security officer".</summary>
    public static string Of<T>(T value) where T : struct, Enum
    {
        var word = Slug(value).Replace('_', ' ');
        return string.Concat(char.ToUpperInvariant(word[0]).ToString(), word.AsSpan(1));
    }

    public static string Slug<T>(T value) where T : struct, Enum => StoredEnum.ToWord(value);

    public static string Count(int count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    /// <summary>Whoever pages a list reads no number beyond this.</summary>
    public const int MostCounted = 1000;

    /// <summary>Such as 12 or 99+.</summary>
    public static string Total<T>(Core.Data.Page<T> page) => Total(page.Total, page.IsMore);

    public static string Total(int total, bool isMore) => string.Create(CultureInfo.InvariantCulture, $"{(isMore ? total - 1 : total):N0}{(isMore ? "+" : "")}");

    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
