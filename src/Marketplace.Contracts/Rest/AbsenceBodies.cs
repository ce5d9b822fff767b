namespace Marketplace.Contracts.Rest;

/// <summary>You are away, and somebody gives your approvals meanwhile.</summary>
/// <param name="Delegate">User name of who does: a member of a team that you own, or a security officer or administrator for another of these.</param>
/// <param name="From">From when on.</param>
/// <param name="Until">Until when, at most 90 days.</param>
public sealed record NewAbsenceBody(string Delegate, DateTimeOffset From, DateTimeOffset Until);

/// <summary>An absence that was said.</summary>
/// <param name="Id">Its identifier.</param>
public sealed record CreatedAbsenceBody(Guid Id);

/// <summary>An absence.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Person">Who is away.</param>
/// <param name="Delegate">Who gives their approvals.</param>
/// <param name="Own">You are away; else you stand in.</param>
/// <param name="From">From when on.</param>
/// <param name="Until">Until when.</param>
/// <param name="EndedAt">Back before that.</param>
public sealed record AbsenceBody(Guid Id, string Person, string Delegate, bool Own, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset? EndedAt);
