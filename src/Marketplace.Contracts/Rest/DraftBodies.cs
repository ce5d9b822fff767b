namespace Marketplace.Contracts.Rest;

/// <summary>A request that is still being put together. Only its author sees it, and nothing is reserved by it.</summary>
/// <param name="Number">In its address.</param>
/// <param name="Application">Client id; null while none is chosen.</param>
/// <param name="Environment">Null while none is chosen.</param>
/// <param name="Justification">Why, so far.</param>
/// <param name="Until">The last day of access; null while none is chosen.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
/// <param name="Items">The endpoints, by API version.</param>
public sealed record DraftBody(
    long Number, string? Application, string? Environment, string Justification, DateOnly? Until, DateTimeOffset UpdatedAt,
    IReadOnlyList<RequestedEndpointsBody> Items);

/// <summary>A draft in a list.</summary>
/// <param name="Number">In its address.</param>
/// <param name="Application">The application's name; null while none is chosen.</param>
/// <param name="Environment">Null while none is chosen.</param>
/// <param name="Endpoints">How many.</param>
/// <param name="Lines">The API versions that they are of.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
public sealed record DraftSummaryBody(
    long Number, string? Application, string? Environment, int Endpoints, IReadOnlyList<string> Lines, DateTimeOffset UpdatedAt);

/// <summary>What a draft becomes. Whatever is left out is not chosen yet.</summary>
/// <param name="Items">The endpoints, by API version.</param>
/// <param name="Application">Client id of an application of your team.</param>
/// <param name="Environment"><c>sandbox</c> or <c>production</c>.</param>
/// <param name="Justification">Why.</param>
/// <param name="Until">The last day of access.</param>
public sealed record NewDraftBody(
    IReadOnlyList<RequestedEndpointsBody> Items, string? Application = null, string? Environment = null, string? Justification = null, DateOnly? Until = null);

/// <summary>Endpoints to put into a draft.</summary>
/// <param name="Items">By API version; those that are in it already stay.</param>
public sealed record MoreEndpointsBody(IReadOnlyList<RequestedEndpointsBody> Items);
