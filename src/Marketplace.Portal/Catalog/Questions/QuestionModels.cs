using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Questions;
using Marketplace.Core.Data;
using Marketplace.Portal.Catalog.Api;

namespace Marketplace.Portal.Catalog.Questions;

public static class QuestionUrl
{
    public static string Of(string line, long number, string title) => $"{line}/questions/{number}/{Slug.Of(title, "question")}";
}

public sealed record QuestionForm(string Title, string Markdown)
{
    public static QuestionForm Empty { get; } = new("", "");
}

public sealed record QuestionFilter(string Text, bool OpenOnly, int Page)
{
    public string Query(int page) => $"?q={Uri.EscapeDataString(Text)}{(OpenOnly ? "&open=true" : "")}&page={page}";

    public bool IsEmpty => Text.Length == 0 && !OpenOnly;
}

public sealed record QuestionListModel(
    ApiHead Head, QuestionFilter Filter, Page<QuestionRow> Rows, QuestionForm Form, IReadOnlyList<Problem> Problems);

/// <summary>What is open on a question's page: one form at a time.</summary>
public enum PostMode
{
    Answer,
    Edit,
    Remove,
}

/// <param name="Mode">What is done.</param>
/// <param name="To">To which post: an answer's id; null for the question.</param>
/// <param name="Title">The question's, as typed.</param>
/// <param name="Markdown">As typed.</param>
/// <param name="Reason">As typed.</param>
public sealed record TypedPost(PostMode Mode, Guid? To, string Title, string Markdown, string Reason = "")
{
    public static TypedPost None { get; } = new(PostMode.Answer, null, "", "");

    public bool Is(PostMode mode, Guid? to) => Mode == mode && To == to;
}

public sealed record QuestionModel(ApiHead Head, QuestionDetails Question, TypedPost Typed, IReadOnlyList<Problem> Problems)
{
    public string Url => QuestionUrl.Of(Head.Url, Question.Number, Question.Title);

    public string Action => $"{Head.Url}/questions/{Question.Number}";

    /// <summary>The form that a link of the page opens, with what stands there now.</summary>
    public TypedPost Open(string? edit, string? remove)
    {
        if (edit == "question" && Question.IsMine)
            return new(PostMode.Edit, null, Question.Title, Question.Markdown);
        if (remove == "question" && Question.MayRemove)
            return new(PostMode.Remove, null, "", "");
        var answer = Question.Answers.Items.FirstOrDefault(a => a.Id.ToString() == (edit ?? remove));
        if (answer is { IsMine: true } && edit is not null)
            return new(PostMode.Edit, answer.Id, "", answer.Markdown);
        return answer is not null && edit is null && (answer.IsMine || Question.MayModerate) ? new(PostMode.Remove, answer.Id, "", "") : TypedPost.None;
    }
}
