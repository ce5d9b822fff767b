using Marketplace.Core.Keys;
using Marketplace.Core.Usage;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Tokens;

/// <summary>What the token plane issues and refuses, and the keys that it signs with.</summary>
internal static class TokenPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/tokens", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext context, string? over, TokenUsageReader usage, SigningKeyReader keys, CancellationToken cancellation)
    {
        var isDay = over == "day";
        var actor = context.Actor();
        var report = isDay
            ? await usage.ReadAsync(actor, TimeSpan.FromMinutes(30), 48, cancellation)
            : await usage.ReadAsync(actor, TimeSpan.FromMinutes(1), 60, cancellation);
        return Page.Show<TokensPage, TokensModel>(new(
            report, await keys.ListAsync(cancellation), isDay, actor.ReadsEverything));
    }
}

public sealed record TokensModel(TokenUsageReport Report, IReadOnlyList<SigningKeyView> SigningKeys, bool IsDay, bool SeesEverything)
{
    /// <summary>Those of the published key set, which anybody may read.</summary>
    public IReadOnlyList<SigningKeyView> Keys => [.. SigningKeys.Where(key => key.State is not SigningKeyState.Gone)];

    public long Issued => Report.Points.Sum(point => point.Issued);

    public long Refused => Report.Points.Sum(point => point.Refused);
}
