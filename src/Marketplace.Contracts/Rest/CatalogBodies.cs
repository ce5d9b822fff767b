namespace Marketplace.Contracts.Rest;

/// <summary>Makes an API of a team that you own.</summary>
/// <param name="Team">The team's name.</param>
/// <param name="Name">The slug in addresses and audiences; it cannot change later.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Summary">What it is for.</param>
/// <param name="Classification"><c>public</c>, <c>internal</c>, <c>confidential</c> or <c>restricted</c>.</param>
public sealed record NewApiBody(string Team, string Name, string Title, string Summary, string Classification);

/// <summary>Says better what an API is.</summary>
/// <param name="Title">What people call it.</param>
/// <param name="Summary">What it is for.</param>
/// <param name="Classification"><c>public</c>, <c>internal</c>, <c>confidential</c> or <c>restricted</c>.</param>
/// <param name="Contacts">Where its people are found; left out, they stay.</param>
public sealed record ApiChangeBody(string Title, string Summary, string Classification, ContactsBody? Contacts = null);

/// <summary>An API.</summary>
/// <param name="Name">The slug in addresses and audiences.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Summary">What it is for.</param>
/// <param name="Classification">Of the data that it carries.</param>
/// <param name="Team">The team that owns it.</param>
/// <param name="Owners">Who decides requests.</param>
/// <param name="Versions">Its lines, newest first.</param>
/// <param name="Contacts">Where its people are found.</param>
/// <param name="Stars">How many people have a star on it.</param>
public sealed record ApiBody(
    string Name, string Title, string Summary, string Classification, string Team, IReadOnlyList<string> Owners,
    IReadOnlyList<VersionSummaryBody> Versions, ContactsBody Contacts, int Stars);

/// <summary>A line of an API in a list.</summary>
/// <param name="Version">Such as <c>v1</c>.</param>
/// <param name="Lifecycle"><c>draft</c>, <c>published</c>, <c>deprecated</c> or <c>retired</c>.</param>
/// <param name="SunsetAt">When a deprecated line ends.</param>
/// <param name="Operations">How many endpoints are published.</param>
public sealed record VersionSummaryBody(string Version, string Lifecycle, DateTimeOffset? SunsetAt, int Operations);

/// <summary>A line of an API.</summary>
/// <param name="Version">Such as <c>v1</c>.</param>
/// <param name="Lifecycle"><c>draft</c>, <c>published</c>, <c>deprecated</c> or <c>retired</c>.</param>
/// <param name="SunsetAt">When a deprecated line ends.</param>
/// <param name="BasePath">Prefix of every path.</param>
/// <param name="Audiences">The token audience per environment.</param>
/// <param name="Operations">How many endpoints are published.</param>
/// <param name="Revision">The newest revision's number.</param>
/// <param name="DocumentVersion">The document's own version.</param>
/// <param name="Openapi">Which OpenAPI it is written in.</param>
/// <param name="PublishedAt">When the newest revision was published.</param>
/// <param name="PublishedBy">By whom.</param>
/// <param name="Tags">All tags of its endpoints.</param>
/// <param name="DeprecatedAt">Since when it is deprecated.</param>
/// <param name="RetiredAt">Since when nobody can call it.</param>
/// <param name="Successor">The line that takes its place.</param>
/// <param name="Overdue">Its end has passed, and nobody has retired it.</param>
/// <param name="Servers">Where it is served per environment, as far as its owners have said.</param>
public sealed record VersionBody(
    string Version, string Lifecycle, DateTimeOffset? SunsetAt, string BasePath, IReadOnlyDictionary<string, string> Audiences, int Operations,
    int Revision, string? DocumentVersion, string? Openapi, DateTimeOffset? PublishedAt, string? PublishedBy, IReadOnlyList<string> Tags,
    DateTimeOffset? DeprecatedAt, DateTimeOffset? RetiredAt, LineBody? Successor, bool Overdue, IReadOnlyDictionary<string, string> Servers);

/// <summary>A line by its names.</summary>
/// <param name="Api">The API.</param>
/// <param name="Version">Such as <c>v2</c>.</param>
public sealed record LineBody(string Api, string Version);

/// <summary>Moves a line through its lifecycle, or corrects where it is served.</summary>
/// <param name="Lifecycle"><c>draft</c>, <c>published</c>, <c>deprecated</c> or <c>retired</c>.</param>
/// <param name="BasePath">Prefix of every path; empty for none.</param>
/// <param name="SunsetAt">When a deprecated line ends.</param>
/// <param name="Audiences">The token audience per environment; those left out stay.</param>
/// <param name="Successor">The published line that takes the place of one that is deprecated or retired.</param>
/// <param name="Reason">Why, for those who rely on it; demanded when it is retired before its end.</param>
/// <param name="Servers">Where it is served per environment, empty for nowhere; those left out stay.</param>
public sealed record VersionChangeBody(
    string Lifecycle, string BasePath, DateTimeOffset? SunsetAt = null, IReadOnlyDictionary<string, string>? Audiences = null,
    LineBody? Successor = null, string? Reason = null, IReadOnlyDictionary<string, string>? Servers = null);

/// <summary>Publishes the document at an address, instead of one in the body.</summary>
/// <param name="Url">Where it is fetched from, once.</param>
public sealed record DocumentUrlBody(string Url);

/// <summary>What publishing did.</summary>
/// <param name="Api">The API.</param>
/// <param name="Version">The line.</param>
/// <param name="Revision">Its newest revision now.</param>
/// <param name="Unchanged">The same bytes were published before: there is no new revision.</param>
/// <param name="Operations">Endpoints published now.</param>
/// <param name="Added">New ones; nobody is granted them yet.</param>
/// <param name="Changed">Known ones whose path or text changed.</param>
/// <param name="Removed">Gone from the document.</param>
/// <param name="Warnings">What was accepted and may surprise.</param>
/// <param name="Guardrails">What the rules make of it; null when nothing changed. <c>…/findings</c> lists each place.</param>
public sealed record PublishedBody(
    string Api, string Version, int Revision, bool Unchanged, int Operations, int Added, int Changed, int Removed, IReadOnlyList<ProblemError> Warnings,
    PublishedScoreBody? Guardrails = null);

/// <summary>What the rules make of a revision.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Errors">How many findings of this severity.</param>
/// <param name="Warnings">How many findings of this severity.</param>
/// <param name="Infos">How many findings of this severity.</param>
/// <param name="Hints">How many findings of this severity.</param>
public sealed record PublishedScoreBody(int Score, int Errors, int Warnings, int Infos, int Hints);

/// <summary>One accepted document.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Title">The document's own title.</param>
/// <param name="DocumentVersion">The document's own version.</param>
/// <param name="Openapi">Which OpenAPI it is written in.</param>
/// <param name="Format"><c>json</c> or <c>yaml</c>.</param>
/// <param name="Sha256">Of its bytes, in hex.</param>
/// <param name="Operations">How many endpoints it has.</param>
/// <param name="PublishedAt">When.</param>
/// <param name="PublishedBy">By whom.</param>
public sealed record RevisionBody(
    int Number, string Title, string DocumentVersion, string Openapi, string Format, string Sha256, int Operations,
    DateTimeOffset PublishedAt, string PublishedBy);

/// <summary>An endpoint of a line.</summary>
/// <param name="Key">Its stable name, by which access is requested.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="Summary">From the document.</param>
/// <param name="Tags">From the document.</param>
/// <param name="Deprecated">The document says so.</param>
/// <param name="NotEnforceable">Why nobody can be granted it; null when it can be requested.</param>
public sealed record OperationBody(
    string Key, string Method, string Path, string Summary, IReadOnlyList<string> Tags, bool Deprecated, string? NotEnforceable);

/// <summary>An endpoint found.</summary>
/// <param name="Api">The API.</param>
/// <param name="ApiTitle">What people call it.</param>
/// <param name="Version">The line.</param>
/// <param name="Team">The team that owns it.</param>
/// <param name="Lifecycle">Where the line stands.</param>
/// <param name="Classification">Of the data that it carries.</param>
/// <param name="Key">Its stable name, by which access is requested.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="Summary">From the document.</param>
/// <param name="Tags">From the document.</param>
/// <param name="Deprecated">The document says so.</param>
public sealed record FoundOperationBody(
    string Api, string ApiTitle, string Version, string Team, string Lifecycle, string Classification, string Key, string Method, string Path,
    string Summary, IReadOnlyList<string> Tags, bool Deprecated);

/// <summary>A line of an API found.</summary>
/// <param name="Api">The API.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Summary">What it is for.</param>
/// <param name="Version">The line.</param>
/// <param name="Team">The team that owns it.</param>
/// <param name="Lifecycle">Where the line stands.</param>
/// <param name="Classification">Of the data that it carries.</param>
/// <param name="Operations">How many endpoints are published.</param>
public sealed record FoundApiBody(
    string Api, string Title, string Summary, string Version, string Team, string Lifecycle, string Classification, int Operations);

/// <summary>Asks for a sandbox token.</summary>
/// <param name="Application">Client id of an application of one's team.</param>
public sealed record NewSandboxTokenBody(string Application);

/// <summary>A sandbox token.</summary>
/// <param name="AccessToken">To be sent as a bearer token.</param>
/// <param name="ExpiresIn">In seconds; at most 300.</param>
/// <param name="Audience">What it is for.</param>
public sealed record SandboxTokenBody(string AccessToken, int ExpiresIn, string Audience);
