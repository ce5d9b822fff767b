using Marketplace.Core.Usage.Calls;

namespace Marketplace.Portal.Usage;

/// <summary>Addresses of what the usage pages show.</summary>
internal static class UsageUrl
{
    public static string OfLine(string line, string environment, CallRange? range = null, string? operation = null, string? application = null, int page = 1) =>
        $"{line}/usage?environment={Uri.EscapeDataString(environment)}" + Over(range) + And("operation", operation) + And("application", application)
        + (page > 1 ? $"&page={page}" : "");

    public static string OfApplication(string clientId, CallRange? range = null) =>
        $"/applications/{Uri.EscapeDataString(clientId)}/usage" + (range is null || range == CallRange.Default ? "" : "?over=" + range.Name);

    private static string Over(CallRange? range) => range is null || range == CallRange.Default ? "" : "&over=" + range.Name;

    private static string And(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
