using Marketplace.Core.Catalog;
using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Language;

/// <summary>
/// <code>
/// breakGlass = "break" "glass" "for" classification { "," classification } [ "in" environment { "," environment } ] "up" "to" number "hours"
/// </code>
/// </summary>
internal sealed class BreakGlassParser(TokenReader reader, IReadOnlyCollection<string> environments)
{
    private const string Example = "`break glass for internal, confidential in production up to 4 hours`";
    private static readonly string[] Classifications = [.. Enum.GetValues<Classification>().Select(StoredEnum.ToWord)];

    private readonly List<BreakGlass> _sentences = [];

    public IReadOnlyList<BreakGlass> Sentences => _sentences;

    /// <summary>After the word <c>break</c>.</summary>
    public void Read(Token first)
    {
        reader.Expect("glass", Example);
        reader.Expect("for", Example);
        var data = Listed(Classifications, "a classification");
        IReadOnlyList<string> places = reader.TakeWord("in") ? Listed(environments, "an environment") : [];
        reader.Expect("up", Example);
        reader.Expect("to", Example);
        var hours = reader.ExpectNumber("The number of hours", 1, BreakGlass.MostHours);
        if (!reader.TakeWord("hours") && !reader.TakeWord("hour"))
            throw reader.Fault($"`hours` is missing before {reader.Next}. Write `up to {hours} hours`.");
        BreakGlass sentence = new(data, places, hours, first.Line);
        // Two that speak of the same would leave people to guess which counts.
        foreach (var (classification, environment) in data.SelectMany(_ => environments, (c, e) => (c, e)))
        {
            if (sentence.Fits(classification, environment) && _sentences.Find(s => s.Fits(classification, environment)) is { } before)
            {
                reader.Refuse(first, $"Line {before.Line} says already who breaks the glass for {classification} data in {environment}. Say it once.");
                return;
            }
        }
        _sentences.Add(sentence);
    }

    private List<string> Listed(IReadOnlyCollection<string> words, string what)
    {
        var listed = new List<string>();
        do
        {
            var at = reader.Next;
            var word = reader.ExpectOneOf(words, what);
            if (listed.Contains(word))
                reader.Refuse(at, $"{at} stands here twice. Name it once.");
            listed.Add(word);
        }
        while (reader.TakeSign(","));
        return listed;
    }
}
