namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>The pages' part of the table.</summary>
internal static class PageRows
{
    public static IEnumerable<Row> All =>
    [
        .. PageCatalogRows.All,
        .. PageAccessRows.All,
        .. EndingRows.Pages,
        .. EmergencyRows.Pages,
        .. PagePeopleRows.All,
        new("* /{**path}", Side.Consuming, "", "un un un un un un un un un", (_, _) => Task.FromResult(new Call(HttpMethod.Get, "/nothing/here"))),
    ];
}
