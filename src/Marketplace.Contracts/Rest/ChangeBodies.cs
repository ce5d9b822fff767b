namespace Marketplace.Contracts.Rest;

/// <summary>What a document changes, and whom it hits.</summary>
/// <param name="Api">The API.</param>
/// <param name="From">The revision compared with, such as <c>v1.3</c>.</param>
/// <param name="To">The other revision, or <c>candidate</c>.</param>
/// <param name="Breaking">Publishing it on this line can break callers: what a pipeline's gate asks for.</param>
/// <param name="Verdict"><c>compatible</c>, <c>dangerous</c> or <c>breaking</c>: the worst of all changes.</param>
/// <param name="Counts">How many changes have each verdict.</param>
/// <param name="Changes">Worst first, at most 1,000.</param>
/// <param name="Affected">Who holds a grant now for what breaks.</param>
/// <param name="NextVersion">The line under which a candidate could be published beside; null where there is no candidate.</param>
public sealed record ComparisonBody(
    string Api, string? From, string To, bool Breaking, string Verdict, ChangeCountsBody Counts, IReadOnlyList<ChangeBody> Changes, AffectedBody Affected,
    string? NextVersion);

/// <summary>How many changes have each verdict.</summary>
/// <param name="Breaking">A caller that keeps to the earlier document can fail.</param>
/// <param name="Dangerous">It depends on the caller.</param>
/// <param name="Compatible">Callers go on working.</param>
public sealed record ChangeCountsBody(int Breaking, int Dangerous, int Compatible);

/// <summary>One change.</summary>
/// <param name="Kind">Which of the kinds in the guide "What a change breaks".</param>
/// <param name="Verdict"><c>compatible</c>, <c>dangerous</c> or <c>breaking</c>.</param>
/// <param name="Sentence">For people.</param>
/// <param name="Pointer">Where: a JSON pointer (RFC 6901) as a fragment.</param>
/// <param name="InEarlier">The pointer is of the earlier document, because it is gone from the later.</param>
/// <param name="Operations">The first twenty endpoints that it touches; none when it is the document's own.</param>
/// <param name="Touches">How many endpoints it touches.</param>
public sealed record ChangeBody(
    string Kind, string Verdict, string Sentence, string Pointer, bool InEarlier, IReadOnlyList<ChangedOperationBody> Operations, int Touches);

/// <summary>An endpoint that a change touches.</summary>
/// <param name="Key">Its stable name.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
public sealed record ChangedOperationBody(string Key, string Method, string Path);

/// <summary>Who holds a grant now for what breaks.</summary>
/// <param name="Applications">How many.</param>
/// <param name="Teams">Of how many teams.</param>
/// <param name="Operations">Per endpoint, the most used first.</param>
/// <param name="Consumers">Those that you may know of, at most 200; those that called last first.</param>
/// <param name="Calling">How many of the applications called it in the last 30 days; null where no data plane tells of calls.</param>
public sealed record AffectedBody(
    int Applications, int Teams, IReadOnlyList<AffectedOperationBody> Operations, IReadOnlyList<AffectedConsumerBody> Consumers, int? Calling);

/// <summary>An endpoint that breaks, and how many use it.</summary>
/// <param name="Key">Its stable name.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="Applications">How many applications hold a grant.</param>
/// <param name="Teams">Of how many teams.</param>
/// <param name="Environments">How many applications per environment.</param>
/// <param name="Calling">How many of the applications called it in the last 30 days; null where no data plane tells of calls.</param>
public sealed record AffectedOperationBody(
    string Key, string Method, string Path, int Applications, int Teams, IReadOnlyDictionary<string, int> Environments, int? Calling);

/// <summary>An application that calls what breaks.</summary>
/// <param name="ClientId">Its client id.</param>
/// <param name="Application">Its name.</param>
/// <param name="Team">Who owns it.</param>
/// <param name="Environment">Where it holds grants.</param>
/// <param name="Operations">Keys of the endpoints concerned.</param>
/// <param name="LastCalledAt">When it last called one of them there, as far as data planes told.</param>
public sealed record AffectedConsumerBody(
    string ClientId, string Application, string Team, string Environment, IReadOnlyList<string> Operations, DateTimeOffset? LastCalledAt);

/// <summary>One revision in an API's changelog.</summary>
/// <param name="Version">The line.</param>
/// <param name="Revision">Its number.</param>
/// <param name="Title">The document's own title.</param>
/// <param name="DocumentVersion">The document's own version.</param>
/// <param name="Operations">How many endpoints it has.</param>
/// <param name="PublishedAt">When.</param>
/// <param name="PublishedBy">By whom.</param>
/// <param name="Verdict">Null for the first revision of a line.</param>
/// <param name="Counts">How many changes have each verdict.</param>
/// <param name="Applications">How many applications held a grant for what broke, then.</param>
/// <param name="Teams">Of how many teams.</param>
/// <param name="OverrideReason">Why an owner published it although it breaks.</param>
/// <param name="Changes">The worst few.</param>
public sealed record ChangelogEntryBody(
    string Version, int Revision, string Title, string DocumentVersion, int Operations, DateTimeOffset PublishedAt, string PublishedBy, string? Verdict,
    ChangeCountsBody Counts, int Applications, int Teams, string? OverrideReason, IReadOnlyList<ChangeBody> Changes);
