namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>The REST API's part of the table.</summary>
internal static class RestRows
{
    public static IEnumerable<Row> All =>
    [
        .. RestCatalogRows.All,
        .. RestAccessRows.All,
        .. EndingRows.Rest,
        .. EmergencyRows.Rest,
        .. RestPeopleRows.All,
        new("* /api/v1/{**path}", Side.Consuming, "", "un un un un un un un un un", (_, _) => Task.FromResult(new Call(HttpMethod.Get, RestRow.Root + "/nothing"))),
    ];
}
