using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Portal.Catalog.Api;

namespace Marketplace.Portal.Enforcement.Shadow;

/// <summary>What the person has filled in to begin shadow mode, or to name another day.</summary>
public sealed record ShadowForm(string Until, string Reason)
{
    public static ShadowForm Empty { get; } = new("", "");
}

/// <param name="Shadow">How the line stands, with the numbers.</param>
/// <param name="Applications">Who would be refused.</param>
/// <param name="Calls">What for, of the applications of this page.</param>
/// <param name="WithoutToken">Calls that no good token came with.</param>
/// <param name="Paths">Calls that no endpoint matches.</param>
/// <param name="Waiting">What could be approved in one go; null for who may not.</param>
/// <param name="Latest">The last day that may be chosen.</param>
public sealed record ShadowModel(
    ApiHead Head, string Environment, ShadowView Shadow, Page<ShadowApplication> Applications, ILookup<string, ShadowCall> Calls,
    IReadOnlyList<ShadowCall> WithoutToken, IReadOnlyList<UnmatchedPath> Paths, WaitingObserved? Waiting, DateTimeOffset Now,
    ShadowForm Form, IReadOnlyList<Problem> Problems)
{
    public string Action(string verb) => $"{Head.Url}/enforcement/shadow/{verb}";

    public string Url(int page) => ShadowPages.Url(Head, Environment, page);

    public bool HasEvidence => Applications.Total > 0 || WithoutToken.Count > 0 || Paths.Count > 0;

    /// <summary>Anything can be made of what was seen: while it is on, and after it ended.</summary>
    public bool ShowsEvidence => Shadow.State is { Standing: not ShadowStanding.Asked };
}
