using Marketplace.Core.People;

namespace Marketplace.Core.Access.Requests.Drafts;

/// <summary>A draft becomes a request, whole or not at all: the request is there and the draft gone in one transaction.</summary>
public sealed class SendDraft(DraftReader drafts, SubmitAccessRequest submit)
{
    /// <returns>The request's number.</returns>
    public async Task<Outcome<long>> ExecuteAsync(Actor actor, long number, CancellationToken cancellation)
    {
        if (await drafts.FindAsync(actor, number, cancellation) is not { } draft)
            return EditDraft.Unknown(number);
        if (draft.Until is not { } day)
            return new Problem("until_missing", "Choose an end date, such as 2026-12-31.", "until");
        return await submit.ExecuteAsync(
            actor,
            new(draft.ClientId ?? "", draft.Environment ?? "", draft.Asked, draft.Justification, EndDates.EndOf(day)),
            draft, cancellation);
    }
}
