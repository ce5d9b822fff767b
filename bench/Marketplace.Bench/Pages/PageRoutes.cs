using System.Text.RegularExpressions;
using Marketplace.Host.Setup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Bench.Pages;

/// <summary>Every page of the portal, as the application itself lists them, with the biggest subjects for its parameters.</summary>
internal static partial class PageRoutes
{
    /// <summary>Routes that are no pages: programs read them, or nothing is drawn.</summary>
    private static readonly string[] NoPages = ["/api/", "/health", "/oauth/", "/.well-known/", "/control/", "/_", "/assets"];

    public static async Task<string[]> ListAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var settings = builder.ReadSettings() with { Planes = new HashSet<string>(["governance"], StringComparer.Ordinal) };
        await using var storage = await Storage.OpenAsync(settings);
        builder.AddPlanes(settings, storage);
        await using var app = builder.Build();
        app.MapPlanes(settings);
        return
        [
            .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
                .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/'))
                .Where(route => !NoPages.Any(prefix => route.StartsWith(prefix, StringComparison.Ordinal)))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>What stands for the parameters, some of it only where a route begins so.</summary>
    public static async Task<Dictionary<string, string>> ValuesAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        return new(StringComparer.Ordinal)
        {
            ["api"] = "api-1", ["version"] = "v1", ["name"] = "team-2", ["team"] = "team-2", ["clientId"] = "orders", ["userName"] = "owner", ["operation"] = "getPayment",
            ["/requests number"] = await OneAsync(source, "select min(number)::text from access_request where status = 'pending'"),
            ["/grants id"] = await OneAsync(source, "select id::text from access_grant where application_id = (select id from application where client_id = 'orders') limit 1"),
            ["/audit sequence"] = await OneAsync(source, "select max(sequence)::text from audit_event"),
            ["/approval-policies number"] = "1",
            ["/guardrails number"] = await OneAsync(source, "select coalesce(max(number), 0)::text from ruleset"),
        };
    }

    /// <summary>The address; null where nothing of the kind was loaded.</summary>
    public static string? Address(string route, IReadOnlyDictionary<string, string> values)
    {
        var known = true;
        var address = Parameter().Replace(route, match =>
        {
            var name = match.Groups["name"].Value;
            if (values.TryGetValue($"/{route.Split('/')[1]} {name}", out var value) || values.TryGetValue(name, out value))
                return value;
            known &= match.Value.EndsWith("?}", StringComparison.Ordinal);
            return "";
        });
        if (address.EndsWith("/endpoint", StringComparison.Ordinal))
            address += "?operation=getPayment";
        return known ? address.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/" : null;
    }

    private static async Task<string> OneAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    // A constraint may hold braces of its own, doubled.
    [GeneratedRegex(@"\{\**(?<name>\w+)(:(?:[^{}]|\{\{|\}\})*)?\??\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
