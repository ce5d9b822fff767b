using Marketplace.Portal.Catalog.Api;

namespace Marketplace.Portal.Catalog;

/// <summary>Addresses of an API's pages.</summary>
public static class ApiUrl
{
    public static string Of(string api, string version) => $"/apis/{Uri.EscapeDataString(api)}/{Uri.EscapeDataString(version)}";

    public static string Operation(ApiHead head, string key) => Operation(head.Api.Name, head.Version.Version, key);

    public static string Operation(string api, string version, string key) => $"{Of(api, version)}/endpoint?operation={Uri.EscapeDataString(key)}";
}
