using Marketplace.Core.Data;
using Marketplace.Core.People;

namespace Marketplace.Core.Access.Recertification;

internal sealed record HeldItem(
    Guid Id, string Use, string? Answer, Guid? AnsweredBy, Guid? RequestedBy, string? AnsweredByName, bool HasEnded, DateTimeOffset Until, DateTimeOffset? LastUsedAt);

/// <summary>What becomes of each item that a reviewer answers: pure, so that it can be read.</summary>
internal sealed record AnswerPlan(Guid[] Keep, Guid[] Revoke, Guid[] Shorten, Guid[] Reopen, Guid[] Ended, DateTimeOffset Until, bool ByUse, List<Problem> Notes)
{
    public int Total => Keep.Length + Revoke.Length + Shorten.Length + Reopen.Length;

    public static AnswerPlan Of(Actor actor, ItemAnswers answers, List<HeldItem> items, DateTimeOffset now)
    {
        List<Problem> notes = [];
        // PostgreSQL keeps microseconds.
        var until = answers.Until?.ToUniversalTime() ?? now;
        var reopens = answers.Action is ReviewAction.Reopen;
        var ended = items.FindAll(i => i.Answer is null && i.HasEnded);
        var settled = items.FindAll(i => i.Answer is not null && !(reopens && i.Answer == "kept"));
        var open = items.FindAll(i => (reopens ? i.Answer == "kept" : i.Answer is null) && !i.HasEnded);
        var own = open.FindAll(i => i.RequestedBy == actor.Id);
        open.RemoveAll(i => i.RequestedBy == actor.Id);
        var unsure = answers.Action is ReviewAction.KeepUsed ? open.FindAll(i => !IsUsed(i, now) && !IsForgotten(i)) : [];

        Note(settled, "already_answered", n => $"{n} answered already{By(settled)}: the first answer stands.");
        Note(ended, "already_ended", n => $"{n} ended meanwhile: nothing is left to answer.");
        Note(own, "own_request", n => $"{n} asked for by yourself: another owner or a security officer answers.");
        Note(unsure, "use_unknown", n => $"{n} of unknown use or not held for {UseSql.Days} days: still open, decide by hand.");
        return new(
            Ids(answers.Action switch
            {
                ReviewAction.Keep => open,
                ReviewAction.KeepUsed => open.FindAll(i => IsUsed(i, now)),
                // What ends by then anyway.
                ReviewAction.Shorten => open.FindAll(i => i.Until <= until),
                _ => [],
            }),
            Ids(answers.Action switch
            {
                ReviewAction.Revoke => open,
                ReviewAction.KeepUsed => open.FindAll(i => !IsUsed(i, now) && IsForgotten(i)),
                _ => [],
            }),
            Ids(answers.Action is ReviewAction.Shorten ? open.FindAll(i => i.Until > until) : []),
            Ids(reopens ? open : []), Ids(ended), until, answers.Action is ReviewAction.KeepUsed, notes);

        void Note(List<HeldItem> some, string code, Func<string, string> sentence)
        {
            if (some.Count > 0)
                notes.Add(new(code, sentence(some.Count == 1 ? "1 was" : $"{some.Count:N0} were"), "items"));
        }
    }

    private static Guid[] Ids(List<HeldItem> items) => [.. items.Select(i => i.Id)];

    /// <summary>Also when that began after the campaign did.</summary>
    private static bool IsUsed(HeldItem item, DateTimeOffset now) => item.LastUsedAt > now.AddDays(-UseSql.Days);

    private static bool IsForgotten(HeldItem item) => StoredEnum.FromWord<UseWord>(item.Use) is UseWord.Never or UseWord.Unused;

    private static string By(List<HeldItem> items) =>
        string.Join(", ", items.Select(i => i.AnsweredByName).OfType<string>().Distinct(StringComparer.Ordinal).Take(3)) is { Length: > 0 } names ? $" by {names}" : "";
}
