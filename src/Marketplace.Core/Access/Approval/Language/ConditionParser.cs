using Marketplace.Core.Catalog;
using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Language;

/// <summary>
/// <code>
/// condition  = one { "and" one } | one { "or" one }
/// one        = "not" one | "(" condition ")" | fact sign value | fact "in" "(" value { "," value } ")" | flag
/// </code>
/// <c>and</c> and <c>or</c> beside each other need parentheses: nobody has to know which of them binds closer.
/// </summary>
internal sealed class ConditionParser(TokenReader reader, IReadOnlyCollection<string> environments)
{
    private const int Deepest = 20;
    private static readonly string[] Facts = [.. Enum.GetValues<Fact>().Select(StoredEnum.ToWord)];
    private static readonly string[] Classifications = [.. Enum.GetValues<Classification>().Select(StoredEnum.ToWord)];
    private static readonly string[] Signs = ["=", "!=", "<", "<=", ">", ">="];

    private int _depth;

    public Condition Read()
    {
        var parts = new List<Condition> { One() };
        string? join = null;
        while (reader.Next is { Kind: TokenKind.Word, Text: "and" or "or" } next)
        {
            if (join is not null && next.Text != join)
                throw reader.Fault("`and` and `or` stand beside each other. Put parentheses around what belongs together: `a and (b or c)`.");
            join = reader.Take().Text;
            parts.Add(One());
        }
        return parts.Count == 1 ? parts[0] : join == "and" ? new Condition.All(parts) : new Condition.Any(parts);
    }

    private Condition One()
    {
        if (++_depth > Deepest)
            throw reader.Fault($"Parentheses stand inside each other more than {Deepest} deep. Write several rules instead.");
        try
        {
            if (reader.TakeWord("not"))
                return new Condition.Not(One());
            if (!reader.TakeSign("("))
                return Comparison();
            var inside = Read();
            reader.ExpectSign(")", "it after the last condition between the parentheses");
            return inside;
        }
        finally
        {
            _depth--;
        }
    }

    private Condition Comparison()
    {
        if (reader.Next.Kind != TokenKind.Word)
            throw reader.Fault($"A condition begins with a fact, not with {reader.Next}. Choose {string.Join(", ", Facts)}.");
        StoredEnum.TryFromWord<Fact>(reader.ExpectOneOf(Facts, "a fact"), out var fact);
        if (fact.IsFlag())
            return Flag(fact);
        if (fact.IsNumber())
            return Number(fact);
        if (reader.TakeWord("in"))
            return In(fact);
        if (reader.TakeSign("="))
            return Words(fact, [Value(fact)]);
        if (reader.TakeSign("!="))
            return new Condition.Not(Words(fact, [Value(fact)]));
        throw reader.Fault($"{reader.Next} cannot follow `{StoredEnum.ToWord(fact)}`. Compare it: `=`, `!=` or `in (…, …)`.");
    }

    private Condition.IsSet Flag(Fact fact)
    {
        if (reader.Next is { Kind: TokenKind.Sign, Text: "=" or "!=" })
            throw reader.Fault($"`{StoredEnum.ToWord(fact)}` is true or not, and compared with nothing. Write it alone, or `not {StoredEnum.ToWord(fact)}`.");
        return new(new Variable(fact));
    }

    private Condition.Compared Number(Fact fact)
    {
        if (reader.Next.Kind != TokenKind.Sign || !Signs.Contains(reader.Next.Text, StringComparer.Ordinal))
            throw reader.Fault($"{reader.Next} cannot follow `{StoredEnum.ToWord(fact)}`. Compare it with a number: {string.Join(", ", Signs.Select(s => $"`{s}`"))}.");
        var sign = reader.Take().Text;
        return new(fact, sign, reader.ExpectNumber($"What `{StoredEnum.ToWord(fact)}` is compared with", 0, 1_000_000));
    }

    private Condition In(Fact fact)
    {
        const string example = "`in (one, another)`";
        reader.ExpectSign("(", example);
        var values = new List<string> { Value(fact) };
        while (reader.TakeSign(","))
            values.Add(Value(fact));
        reader.ExpectSign(")", example);
        return Words(fact, values);
    }

    private static Condition Words(Fact fact, IReadOnlyList<string> values)
    {
        if (fact != Fact.Tag)
            return new Condition.OneOf(fact, values);
        var tags = values.Select(Condition (tag) => new Condition.IsSet(Variable.OfTag(tag))).ToList();
        return tags.Count == 1 ? tags[0] : new Condition.Any(tags);
    }

    private string Value(Fact fact) => fact switch
    {
        Fact.Classification => reader.ExpectOneOf(Classifications, "a classification"),
        Fact.Method => reader.ExpectOneOf(FactWords.Methods, "a method"),
        Fact.Environment => reader.ExpectOneOf(environments, "an environment"),
        _ when reader.Next is { Kind: TokenKind.Word or TokenKind.Text, Text.Length: > 0 } => reader.Take().Text,
        _ => throw reader.Fault($"A name stands here, not {reader.Next}. Put names with blanks between double quotes."),
    };
}
