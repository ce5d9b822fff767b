using Marketplace.Core.Access.Recertification;
using Marketplace.Portal.Shell;

namespace Marketplace.Portal.Recertification;

internal static class RecertificationWords
{
    public static string Of(UseWord use) => use switch
    {
        UseWord.Never => "Never used",
        UseWord.Unused => "Not for 90 days",
        UseWord.Unknown => "Unknown",
        UseWord.New => "Not used yet",
        UseWord.Seldom => "Not for 30 days",
        _ => "Used",
    };

    public static string ToneOf(UseWord use) => use switch
    {
        UseWord.Never or UseWord.Unused => "bad",
        UseWord.Unknown or UseWord.New => "warn",
        UseWord.Seldom => "info",
        _ => "good",
    };

    public static string Of(ItemAnswer answer) => answer switch
    {
        ItemAnswer.Kept => "Kept",
        ItemAnswer.Shortened => "Shortened",
        ItemAnswer.Revoked => "Revoked",
        _ => "Ended elsewhere",
    };

    public static string ToneOf(ItemAnswer answer) => answer switch
    {
        ItemAnswer.Kept => "good",
        ItemAnswer.Shortened => "warn",
        ItemAnswer.Revoked => "bad",
        _ => "quiet",
    };

    /// <summary>What an answer did, in one sentence.</summary>
    public static string Of(AnsweredItems done)
    {
        (int Count, string Word)[] parts = [(done.Kept, "kept"), (done.Shortened, "shortened"), (done.Revoked, "revoked"), (done.Reopened, "open again")];
        var said = string.Join(", ", parts.Where(p => p.Count > 0).Select(p => $"{Words.Count(p.Count, "grant")} {p.Word}"));
        return $"{said}.{string.Concat(done.Notes.Select(n => " " + n.Message))}";
    }
}
