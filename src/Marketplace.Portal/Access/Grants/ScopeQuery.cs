using Marketplace.Core.Access.Grants;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Portal.Access.Grants;

/// <summary>A scope as it stands in an address or a form; what is empty is not named.</summary>
internal static class ScopeQuery
{
    public static GrantScope Of(IQueryCollection query) => Of(name => query[name]);

    public static GrantScope Of(IFormCollection form) => Of(name => form[name]);

    /// <summary>The same in an address.</summary>
    public static string Url(string path, GrantScope scope)
    {
        var parts = Fields(scope).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}");
        return $"{path}?{string.Join('&', parts)}";
    }

    public static IEnumerable<(string Name, string Value)> Fields(GrantScope scope) =>
        ((string Name, string? Value)[])
        [
            ("application", scope.ClientId), ("api", scope.Api), ("version", scope.Version), ("environment", scope.Environment),
            ("applicationTeam", scope.ApplicationTeam), ("apiTeam", scope.ApiTeam), .. scope.Grants.Select(id => ("grant", (string?)id.ToString())),
        ] is var all ? all.Where(field => field.Value is not null).Select(field => (field.Name, field.Value!)) : [];

    private static GrantScope Of(Func<string, StringValues> read)
    {
        return new GrantScope(One("application"), One("api"), One("version"), One("environment"), One("applicationTeam"), One("apiTeam"))
        {
            // What is no identifier names no grant: it must not widen the scope to everything else that is named.
            Grants = [.. read("grant").Where(text => !string.IsNullOrEmpty(text)).Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty)],
        };

        string? One(string name) => read(name) is [{ Length: > 0 } value, ..] && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
    }
}
