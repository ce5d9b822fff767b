using Marketplace.Core.Catalog.Documents;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Portal.Catalog.Publish;

internal static class DocumentForms
{
    /// <summary>One part of a form, so also a file or a text: the document and a little for its line ends.</summary>
    public const long LongestPart = 17L * 1024 * 1024;

    /// <summary>Read to its end and thrown away, so that the sender hears why instead of a broken connection.</summary>
    private const long LongestBody = 256L * 1024 * 1024;

    public static void TakesDocuments(this RouteHandlerBuilder endpoint, Func<HttpContext, Task<IResult>> tooLarge) =>
        endpoint.WithMetadata(new RequestSizeLimitAttribute(LongestBody), new RefusedForms.TooLargePage(tooLarge));
}
