namespace Marketplace.Contracts.Rest;

/// <summary>Where consumers of an API find its people; each empty where there is none.</summary>
/// <param name="Channel">A support channel, such as <c>#payments-help</c>.</param>
/// <param name="Email">An e-mail address.</param>
/// <param name="Url">The address of a page.</param>
public sealed record ContactsBody(string Channel = "", string Email = "", string Url = "");

/// <summary>An API that you follow.</summary>
/// <param name="Api">Its name.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Summary">What it is for.</param>
/// <param name="Subscribed">You are told of its changes.</param>
/// <param name="At">Since when.</param>
public sealed record FollowedApiBody(string Api, string Title, string Summary, bool Subscribed, DateTimeOffset At);

/// <summary>Offers an API to another team.</summary>
/// <param name="Team">The team that shall have it.</param>
/// <param name="Note">For its owners.</param>
public sealed record NewTransferBody(string Team, string Note = "");

/// <summary>Moves an API to another team at once.</summary>
/// <param name="Team">The team that shall have it.</param>
/// <param name="Reason">Why; both teams read it.</param>
public sealed record NewMoveBody(string Team, string Reason);

/// <summary>Where an API stands between two teams.</summary>
/// <param name="Api">The API.</param>
/// <param name="Team">The team that owns it.</param>
/// <param name="OfferedTo">The team that it is offered to; null when it is not.</param>
/// <param name="OfferedBy">Who offered it.</param>
/// <param name="OfferedAt">When.</param>
/// <param name="Note">For the owners of the receiving team.</param>
public sealed record TransferBody(string Api, string Team, string? OfferedTo, string? OfferedBy, DateTimeOffset? OfferedAt, string? Note);
