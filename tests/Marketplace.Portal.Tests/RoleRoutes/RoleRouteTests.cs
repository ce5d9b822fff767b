using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>
/// Who may do what, by calling every endpoint as everybody against the real database; an auditor changes nothing anywhere
/// but the own account. A token is for one scope: each call is made with a token for nothing else, and with one for everything else. An endpoint without a row in
/// <see cref="RestRows"/> or <see cref="PageRows"/> fails unless <see cref="OpenRows"/> covers it, and so does a row without an endpoint.
/// </summary>
public sealed class RoleRouteTests(RoleWorld world) : IClassFixture<RoleWorld>
{
    private readonly Lazy<Dictionary<string, TokenScope?>> _scopes = new(() => Endpoints(world)
        .SelectMany(endpoint => RoutesOf(endpoint).Select(route => (route, endpoint.Metadata.GetMetadata<RestScope>()?.Scope)))
        .DistinctBy(one => one.route).ToDictionary(one => one.route, one => one.Scope, StringComparer.Ordinal));

    private static readonly Row[] Rows = [.. RestRows.All, .. PageRows.All];

    public static TheoryData<string> Names => [.. Rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_role_gets_what_the_table_says(string name) => await AssertRowAsync(Rows.Single(row => row.Name == name));

    /// <summary>A pipeline's token that asks for access does not take it.</summary>
    [Fact]
    public void Taking_access_that_nobody_approves_is_a_decision() => Assert.Equal(TokenScope.Decide, _scopes.Value["POST /api/v1/emergencies"]);

    /// <summary>A pipeline that publishes neither decides nor moves what is another's, nor undoes what somebody stopped.</summary>
    [Theory]
    [InlineData("approveObserved", "decide")]
    [InlineData("enableApplication", "decide")]
    [InlineData("moveApplication", "administer")]
    public void What_decides_or_moves_takes_more_than_a_token_for_publishing_or_asking(string name, string scope) => Assert.Equal(
        scope, Endpoints(world).Single(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == name).Metadata.GetMetadata<RestScope>()!.Word);

    [Fact]
    public async Task Everybody_may_sign_out()
    {
        foreach (var column in Enum.GetValues<Column>())
        {
            var person = world.PersonIn(column, Side.Consuming);
            Assert.Equal(PagePeopleRows.SignOut.Cell(column), await world.Callers.CallAsync(person, await PagePeopleRows.SignOut.Prepare(world, column)));
            world.Callers.CloseBrowserOf(person);
        }
    }

    [Fact]
    public void Every_endpoint_has_a_row_and_every_row_an_endpoint()
    {
        var endpoints = Endpoints(world).Where(endpoint => !OpenRows.Covers(endpoint)).SelectMany(RoutesOf).ToHashSet(StringComparer.Ordinal);
        Assert.True(endpoints.Count > 60, $"Only {endpoints.Count} endpoints were found.");
        var rows = Rows.Append(PagePeopleRows.SignOut).Select(row => row.Route).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(endpoints.Except(rows, StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Empty(rows.Except(endpoints, StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Whoever_is_closed_out_is_a_stranger_everywhere_at_once()
    {
        var gone = await world.People.PersonAsync(world.Fresh("gone"));
        await world.Callers.CallAsync(gone, new(HttpMethod.Get, "/"));
        Assert.Equal(("ok", "ok"), (await world.Callers.CallAsync(gone, new(HttpMethod.Get, "/me")), await world.Callers.CallAsync(gone, new(HttpMethod.Get, "/api/v1/me"))));
        await world.People.CloseAsync(gone);

        foreach (var row in Rows.Where(row => row.Route.StartsWith("GET ", StringComparison.Ordinal)))
        {
            var answer = await world.Callers.CallAsync(gone, await row.Prepare(world, Column.Anonymous));
            Assert.True(answer == row.Cell(Column.Anonymous), $"{row.Name}: expected {row.Cell(Column.Anonymous)}, got {answer}");
        }
    }

    private async Task AssertRowAsync(Row row)
    {
        var got = new List<string>();
        var scope = _scopes.Value.GetValueOrDefault(row.Route);
        var changes = !row.Route.StartsWith("GET ", StringComparison.Ordinal);
        Call? undone = null;
        var began = await world.Bank.Database.ScalarAsync<long>("select sequence from audit_head");
        foreach (var column in Enum.GetValues<Column>())
        {
            var (call, isTheirs) = undone is null ? await world.PrepareAsync(row, column) : (undone, false);
            var person = world.PersonIn(column, row.Side);
            // With every scope but the one that the route asks for: nobody gets any further.
            if (scope is not null && person is not null && await world.Callers.CallAsync(person, call, scope, without: true) is var refused and not "no")
                got.Add($"{column}: a token without {scope} got {refused}");
            var head = await world.Bank.Database.ScalarAsync<long>("select sequence from audit_head");
            var answer = await world.Callers.CallAsync(person, call, scope);
            if (answer != row.Cell(column))
                got.Add($"{column}: expected {row.Cell(column)}, got {answer}");
            if (answer == "ok" && changes && UnrecordedRows.Why(row.Route) is null && !await world.RecordedSinceAsync(row.Route, head))
                got.Add($"{column}: nothing about it is on the audit trail; if that is right, {nameof(UnrecordedRows)} says why");
            // Whoever was refused has left it as it was: the next may do the same, and finds it there.
            undone = isTheirs || (answer == "ok" && changes) ? null : call;
        }

        // Whatever it was answered.
        if (await world.ChangesOfAuditorAsync() is { Count: > 0 } changed)
            got.Add($"The auditor changed something: {string.Join(", ", changed)}");
        got.AddRange(await world.UntoldSinceAsync(began));

        Assert.True(got.Count == 0, $"{row.Name}\n{string.Join('\n', got)}");
    }

    private static IEnumerable<RouteEndpoint> Endpoints(RoleWorld world) =>
        world.App.App.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    private static IEnumerable<string> RoutesOf(RouteEndpoint endpoint)
    {
        var pattern = "/" + endpoint.RoutePattern.RawText!.Trim('/');
        return endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } methods ? methods.HttpMethods.Select(m => $"{m} {pattern}") : [$"* {pattern}"];
    }
}
