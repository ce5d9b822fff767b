namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>What the rows of the REST API are made with.</summary>
internal static class RestRow
{
    public const string Root = "/api/v1";
    public const string Everybody = "in ok ok ok ok ok ok ok ok";
    public const string OnlyAdministrators = "in no no no no no ok no no";
    public const string EvenStrangers = "ok ok ok ok ok ok ok ok ok";

    public static IEnumerable<Row> Read(string pattern, string expected, string? url = null, string note = "", Side side = Side.Consuming) =>
        [new($"GET {Root}{pattern}", side, note, expected, (_, _) => Task.FromResult(new Call(HttpMethod.Get, Root + (url ?? pattern))))];

    public static Row Publishing(string method, string pattern, string expected, Func<RoleWorld, Column, Task<Call>> prepare, string note = "") =>
        new($"{method} {Root}{pattern}", Side.Publishing, note, expected, With(method, prepare));

    public static Row Consuming(string method, string pattern, string expected, Func<RoleWorld, Column, Task<Call>> prepare, string note = "") =>
        new($"{method} {Root}{pattern}", Side.Consuming, note, expected, With(method, prepare));

    public static Func<RoleWorld, Column, Task<Call>> With(string method, Func<RoleWorld, Column, Task<Call>> prepare) =>
        async (world, column) => await prepare(world, column) with { Method = new HttpMethod(method) };

    public static Call At(string url) => new(HttpMethod.Get, Root + url);

    public static Task<Call> Json(string url, object body) => Task.FromResult(new Call(HttpMethod.Post, Root + url, Json: body));
}
