using System.Text.RegularExpressions;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.Notifications.Preferences;
using Marketplace.Host.Setup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Bench.Pages;

/// <summary>Every page of the portal, as the application itself lists them, with the biggest subjects for its parameters.</summary>
internal static partial class PageRoutes
{
    private const string Line = @"/apis/{api}/{version:regex(^v\d{{1,4}}$)}";

    /// <summary>What no person opens: programs read it, or nothing is drawn.</summary>
    private static readonly string[] NoPages = ["/api/", "/health/", "/oauth/", "/.well-known/", "/control/", "/_", "/assets"];

    /// <summary>Pages that are not measured, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> LeftOut = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/apis/{api}"] = "leads on to the newest line",
        ["/apis/{api}/guides/{slug}"] = "leads on to the newest line",
        ["/apis/{api}/plans"] = "leads on to the newest line",
        ["/apis/{api}/questions"] = "leads on to the newest line",
        ["/apis/{api}/questions/{number:long}"] = "leads on to the newest line",
        [Line + "/guides"] = "leads on to the first guide",
        ["/requests/refused"] = "leads on to the request, filled in",
        ["/sign-in/company"] = "leads on to the company's identity provider, of which there is none here",
        [Line + "/relay/{**path}"] = "asks a sandbox, whose time it takes",
    };

    /// <summary>What is asked of a page besides its bare address: its filters, and how deep its lists go.</summary>
    private static readonly Dictionary<string, string[]> Asked = new(StringComparer.Ordinal)
    {
        [Line + "/endpoint"] = ["?operation=getPayment"],
        [Line + "/document/held.json"] = ["?application=orders"],
        ["/apis/{api}/compare"] = ["?from=v1.1&to=v1"],
        ["/apis/{api}/{version}/request"] = ["", "?operation=getPayment&application=orders"],
        ["/drafts/add/{api}/{version}"] = ["?operation=getPayment"],
        ["/apis/{api}/{version}/emergency"] = ["?operation=getPayment"],
        ["/why"] = ["", "?application=orders&api=api-1&version=v1&environment=production&method=GET&path=/resource-1"],
        ["/grants/end"] = ["?application=orders", "?api=api-1"],
        ["/grants/renew"] = ["?application=orders&environment=production&api=api-1&version=v1"],
        ["/inbox"] = ["", "?page=400"],
        ["/inbox/requests"] = ["", "?page=200"],
        ["/requests"] = ["", "?status=decided", "?page=300"],
        ["/catalog"] = ["", "?q=payment", "?q=get+resource"],
        ["/catalog/palette"] = ["?q=payment"],
        ["/map"] = ["", "?team=team-2", "?api=api-1", "?application=orders", "?team=team-2&open=team-2&depth=2"],
        ["/audit"] = ["", "?q=ticket", "?api=api-1", "?application=orders", "?team=team-2", "?action=grant.revoked", "?actor=owner", "?since=2026-01-01&until=2026-06-30"],
        ["/recertification/{number:long}"] = ["", "?show=all&page=40"],
        ["/recertification/unused"] = ["", "?api=api-1", "?application=orders", "?unknown=true"],
        [Line + "/consumers"] = ["", "?page=90", "?operation=getPayment"],
        [Line + "/grants"] = ["", "?page=90", "?ended=true"],
        [Line + "/usage"] = ["", "?range=hour", "?range=week", "?range=month"],
        ["/applications/{clientId}/usage"] = ["", "?range=month"],
        [Line + "/enforcement/shadow"] = ["?environment=sandbox"],
        [Line + "/anomalies"] = ["?environment=production"],
        ["/people"] = ["", "?page=100"],
    };

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
        var master = await new MasterKeySource { Value = Environment.GetEnvironmentVariable(MasterKeySource.Variable) }.OpenAsync(source, CancellationToken.None);
        await using var services = new ServiceCollection().AddSingleton(master).AddMarketplaceData(_ => source).BuildServiceProvider();
        var unsubscribe = new Unsubscribe(services.GetRequiredService<IDbContextFactory<MarketplaceDb>>(), null!, master);
        var owner = Guid.Parse(await OneAsync(source, "select id::text from person where user_name = 'owner'"));
        return new(StringComparer.Ordinal)
        {
            ["api"] = "api-1", ["version"] = "v1", ["name"] = "team-2", ["team"] = "team-2", ["clientId"] = "orders", ["userName"] = "owner", ["operation"] = "getPayment",
            ["/requests number"] = await OneAsync(source, "select min(number)::text from access_request where status = 'pending'"),
            ["/grants id"] = await OneAsync(source, "select id::text from access_grant where application_id = (select id from application where client_id = 'orders') limit 1"),
            ["/audit sequence"] = await OneAsync(source, "select max(sequence)::text from audit_event"),
            ["/approval-policies number"] = "1",
            ["/guardrails number"] = await OneAsync(source, "select coalesce(max(number), 0)::text from ruleset"),
            ["/drafts number"] = await OneAsync(source, "select max(number)::text from access_draft"),
            ["/templates slug"] = "reading-1",
            ["/teams id"] = await OneAsync(source, "select webhook_id::text from webhook_delivery limit 1"),
            ["/apis slug"] = "guide-1",
            [Line + "/questions/{number:long}/{slug?} slug"] = "how-do-i-read-resource-2000",
            ["/emergency-access number"] = await OneAsync(source, "select max(number)::text from emergency_access"),
            ["/apis number"] = await OneAsync(source, "select max(number)::text from question"),
            ["/recertification number"] = await OneAsync(source, "select min(number)::text from campaign"),
            ["/recertification/narrowing number"] = await OneAsync(source, "select min(number)::text from narrowing_request"),
            ["/unsubscribe token"] = unsubscribe.TokenFor(owner, [NotificationCategory.Questions]),
        };
    }

    /// <summary>The addresses; none where nothing is known to stand for a parameter.</summary>
    public static IReadOnlyList<string> Addresses(string route, IReadOnlyDictionary<string, string> values)
    {
        var known = true;
        var address = Parameter().Replace(route, match =>
        {
            var (name, parts) = (match.Groups["name"].Value, route.Split('/'));
            if (values.TryGetValue($"{route} {name}", out var value) || (parts.Length > 2 && values.TryGetValue($"/{parts[1]}/{parts[2]} {name}", out value)) || values.TryGetValue($"/{parts[1]} {name}", out value) || values.TryGetValue(name, out value))
                return value;
            known &= match.Value.EndsWith("?}", StringComparison.Ordinal);
            return "";
        });
        address = address.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/";
        return known ? [.. Asked.GetValueOrDefault(route, [""]).Select(query => address + query)] : [];
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
