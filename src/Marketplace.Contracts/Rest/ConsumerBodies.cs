namespace Marketplace.Contracts.Rest;

/// <summary>An application that may call a version.</summary>
/// <param name="Application">Client id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Team">The team of the application.</param>
/// <param name="Environment">Where.</param>
/// <param name="Operations">How many endpoints it may call there.</param>
/// <param name="FirstUntil">When the first of its grants ends.</param>
/// <param name="LastUntil">When the last of them ends.</param>
/// <param name="Disabled">Its team has stopped it; its grants stand.</param>
/// <param name="LastUsedAt">The minute of the last call that these grants allowed; null where no data plane told of one.</param>
/// <param name="CallsIn30Days">Calls that they allowed in the last 30 days, as far as data planes told.</param>
public sealed record ConsumerBody(
    string Application, string Name, string Team, string Environment, int Operations, DateTimeOffset FirstUntil, DateTimeOffset LastUntil, bool Disabled,
    DateTimeOffset? LastUsedAt, long CallsIn30Days);

/// <summary>How many use a version, by grants that stand.</summary>
/// <param name="Applications">Applications.</param>
/// <param name="Teams">Their teams.</param>
/// <param name="Grants">Grants that stand.</param>
/// <param name="PendingRequests">Requests that wait for a decision.</param>
/// <param name="Calling">How many of the applications called it in the last 30 days; null where no data plane tells of calls.</param>
public sealed record ConsumerCountsBody(int Applications, int Teams, int Grants, int PendingRequests, int? Calling);

/// <summary>How many use an endpoint.</summary>
/// <param name="Key">The endpoint.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="Removed">The newest revision does not have it any more; its grants stand.</param>
/// <param name="Applications">Applications that may call it.</param>
/// <param name="Teams">Their teams.</param>
public sealed record OperationUseBody(string Key, string Method, string Path, bool Removed, int Applications, int Teams);
