using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Shell;

/// <summary>A page that asks for itself again says so: nobody sits there, so that it must not keep the session alive.</summary>
internal static class PagePoll
{
    public const string Header = "Marketplace-Poll";

    /// <summary>For <c>hx-headers</c>, beside an <c>hx-trigger</c> that comes again by itself.</summary>
    public const string Headers = $$"""{"{{Header}}":"1"}""";

    public static bool IsPoll(this HttpRequest request) => request.Headers.ContainsKey(Header);
}
