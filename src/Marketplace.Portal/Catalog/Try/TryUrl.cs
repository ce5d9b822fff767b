using Marketplace.Core.Catalog;

namespace Marketplace.Portal.Catalog.Try;

internal static class TryUrl
{
    /// <summary>The request for one endpoint in the sandbox, filled in as far as we know.</summary>
    public static string Request(string api, string version, string operation, string? application) =>
        $"{ApiUrl.Of(api, version)}/request?operation={Uri.EscapeDataString(operation)}&environment={DeploymentEnvironment.Sandbox}"
        + (application is null ? "" : $"&application={Uri.EscapeDataString(application)}");
}
