using Marketplace.Core.Access;
using Marketplace.Core.Data;
using Marketplace.Portal.Shell;

namespace Marketplace.Portal.Access;

public sealed record RequestListModel(Page<AccessRequestRow> Page, bool IsInbox, RequestStatus? Status)
{
    private static readonly (string Text, RequestStatus? Status)[] Choices =
        [("All", null), ("Waiting", RequestStatus.Pending), ("Decided", RequestStatus.Decided), ("Withdrawn", RequestStatus.Withdrawn)];

    public string Title => IsInbox ? "Waiting for your decision" : "Requests";

    public string Lead => IsInbox
        ? "Requests with an endpoint that needs your approval, oldest first."
        : "What your teams ask for, and what others ask of your teams' APIs.";

    public string EmptyTitle => IsInbox ? "Nothing waits for you" : "No requests here";

    public string EmptySentence => IsInbox
        ? "When an application asks for endpoints that need your approval, it stands here until you have decided, or somebody has said no."
        : "Find the endpoints that your application needs, choose them, and say why: that is a request.";

    public IReadOnlyList<Tabs.Tab> Tabs => IsInbox ? [] : TabsFor(Status, drafts: false);

    public static IReadOnlyList<Tabs.Tab> TabsFor(RequestStatus? status, bool drafts) =>
        [.. Choices.Select(c => new Tabs.Tab(c.Text, UrlOf(c.Status, 1), !drafts && c.Status == status)), new("My drafts", "/drafts", drafts)];

    public string Url(int page) => IsInbox ? $"/inbox/requests?page={page}" : UrlOf(Status, page);

    private static string UrlOf(RequestStatus? status, int page)
    {
        string[] query = [.. status is { } s ? new[] { $"status={StoredEnum.ToWord(s)}" } : [], .. page > 1 ? new[] { $"page={page}" } : []];
        return query.Length == 0 ? "/requests" : "/requests?" + string.Join('&', query);
    }
}
