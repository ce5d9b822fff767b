namespace Marketplace.Core.Catalog.Documents;

/// <summary>Where in the document: a JSON pointer (RFC 6901) as a fragment, a line and column counted from 1, or both.</summary>
public readonly record struct DocumentLocation(string? Pointer, int? Line = null, int? Column = null)
{
    public static DocumentLocation None => default;

    public override string ToString() => (Pointer, Line) switch
    {
        (null, null) => "",
        (null, _) => $"line {Line}, column {Column}",
        (_, null) => Pointer,
        _ => $"{Pointer}, line {Line}, column {Column}",
    };
}

/// <summary>Something wrong with a document: a stable code, a sentence that says what to do, and where.</summary>
public sealed record DocumentProblem(string Code, string Message, DocumentLocation At)
{
    public Problem ToProblem(string field) => new(Code, At == DocumentLocation.None ? Message : $"{Message} ({At})", field);

    public override string ToString() => At == DocumentLocation.None ? $"{Code}: {Message}" : $"{Code} at {At}: {Message}";
}

/// <summary>Collects all problems, lists the first <see cref="DocumentLimits.MaxProblems"/> and counts the rest.</summary>
internal sealed class DocumentProblems(int limit)
{
    private readonly List<DocumentProblem> _list = [];
    private int _unlisted;

    public bool Any => _list.Count > 0;

    public void Add(string code, string message, DocumentLocation at = default)
    {
        if (_list.Count < limit)
            _list.Add(new(code, message, at));
        else
            _unlisted++;
    }

    public void Add(string code, string message, string pointer) => Add(code, message, new DocumentLocation(pointer));

    public List<DocumentProblem> ToList() => _unlisted == 0
        ? [.. _list]
        : [.. _list, new(
            DocumentProblemCode.MoreProblems,
            $"{_unlisted} more problems are not listed. Mend these first and publish again.",
            DocumentLocation.None)];
}
