using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>
/// Who may do what, by calling every endpoint as everybody against the real database; an auditor changes nothing anywhere
/// but own access tokens. An endpoint without a row in
/// <see cref="RestRows"/> or <see cref="PageRows"/> fails unless <see cref="OpenRows"/> covers it, and so does a row without an endpoint.
/// </summary>
public sealed class RoleRouteTests(RoleWorld world) : IClassFixture<RoleWorld>
{
    private static readonly Row[] Rows = [.. RestRows.All, .. PageRows.All];

    public static TheoryData<string> Names => [.. Rows.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_role_gets_what_the_table_says(string name) => await AssertRowAsync(Rows.Single(row => row.Name == name));

    [Fact]
    public async Task Everybody_may_sign_out()
    {
        foreach (var column in Enum.GetValues<Column>())
        {
            var person = world.PersonIn(column, Side.Consuming);
            Assert.Equal(PageRows.SignOut.Cell(column), await world.CallAsync(person, await PageRows.SignOut.Prepare(world, column)));
            world.CloseBrowserOf(person);
        }
    }

    [Fact]
    public void Every_endpoint_has_a_row_and_every_row_an_endpoint()
    {
        var endpoints = world.App.App.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => !OpenRows.Covers(endpoint)).SelectMany(RoutesOf).ToHashSet(StringComparer.Ordinal);
        Assert.True(endpoints.Count > 60, $"Only {endpoints.Count} endpoints were found.");
        var rows = Rows.Append(PageRows.SignOut).Select(row => row.Route).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(endpoints.Except(rows, StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Empty(rows.Except(endpoints, StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    private async Task AssertRowAsync(Row row)
    {
        var got = new List<string>();
        foreach (var column in Enum.GetValues<Column>())
        {
            var answer = await world.CallAsync(world.PersonIn(column, row.Side), await row.Prepare(world, column));
            if (answer != row.Cell(column))
                got.Add($"{column}: expected {row.Cell(column)}, got {answer}");
        }

        // Whatever it was answered.
        if (await world.ChangesOfAuditorAsync() is { Count: > 0 } changes)
            got.Add($"The auditor changed something: {string.Join(", ", changes)}");

        Assert.True(got.Count == 0, $"{row.Name}\n{string.Join('\n', got)}");
    }

    private static IEnumerable<string> RoutesOf(RouteEndpoint endpoint)
    {
        var pattern = "/" + endpoint.RoutePattern.RawText!.Trim('/');
        return endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { } methods ? methods.HttpMethods.Select(m => $"{m} {pattern}") : [$"* {pattern}"];
    }
}
