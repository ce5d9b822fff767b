namespace Marketplace.Contracts.Rest;

/// <summary>A question in a list.</summary>
/// <param name="Number">In its address.</param>
/// <param name="Title">The question in one line.</param>
/// <param name="AskedBy">Who asked.</param>
/// <param name="AskedAt">When.</param>
/// <param name="Answers">How many answers it has.</param>
/// <param name="Accepted">One of them is accepted.</param>
public sealed record QuestionSummaryBody(long Number, string Title, string AskedBy, DateTimeOffset AskedAt, int Answers, bool Accepted);

/// <summary>A question with a page of its answers: the accepted one first, then the oldest.</summary>
/// <param name="Number">In its address.</param>
/// <param name="Title">The question in one line.</param>
/// <param name="Markdown">More about it.</param>
/// <param name="AskedBy">Who asked.</param>
/// <param name="AskedAt">When.</param>
/// <param name="EditedAt">When it was changed.</param>
/// <param name="Answers">Its answers.</param>
public sealed record QuestionBody(
    long Number, string Title, string Markdown, string AskedBy, DateTimeOffset AskedAt, DateTimeOffset? EditedAt, PageBody<AnswerBody> Answers);

/// <summary>An answer.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Markdown">Its text.</param>
/// <param name="AnsweredBy">Who answered.</param>
/// <param name="AnsweredAt">When.</param>
/// <param name="EditedAt">When it was changed.</param>
/// <param name="Accepted">Whoever asked, or an owner, says that it helped.</param>
/// <param name="ByOwnerTeam">Its author is in the team that owns the API.</param>
public sealed record AnswerBody(
    Guid Id, string Markdown, string AnsweredBy, DateTimeOffset AnsweredAt, DateTimeOffset? EditedAt, bool Accepted, bool ByOwnerTeam);

/// <summary>Asks, or says better what was asked.</summary>
/// <param name="Title">The question in one line.</param>
/// <param name="Markdown">More about it.</param>
public sealed record QuestionTextBody(string Title, string Markdown = "");

/// <summary>Answers.</summary>
/// <param name="Markdown">The text.</param>
public sealed record AnswerTextBody(string Markdown);

/// <summary>What was asked.</summary>
/// <param name="Number">The question's number.</param>
public sealed record AskedBody(long Number);

/// <summary>What was answered.</summary>
/// <param name="Id">The answer's identifier.</param>
public sealed record AnsweredBody(Guid Id);

/// <summary>Removes a question or an answer.</summary>
/// <param name="Reason">Demanded of an owner who removes what another wrote.</param>
public sealed record NewRemovalBody(string? Reason = null);

/// <summary>Says which answer helped.</summary>
/// <param name="Answer">The answer; null for none.</param>
public sealed record AcceptedAnswerBody(Guid? Answer);
