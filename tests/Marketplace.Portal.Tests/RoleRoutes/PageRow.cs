namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>What the rows of the pages are made with.</summary>
internal static class PageRow
{
    public const string Everybody = "in ok ok ok ok ok ok ok ok";
    public const string OnlyAdministrators = "in no no no no no ok no no";
    public const string OfficersAndAdministrators = "in no no no no no ok ok no";
    public const string TeamAndReaders = "in un un ok ok un ok ok ok";
    public const string OnlyOwner = "in un un un ok un un un un";
    public const string Line = @"/apis/{api}/{version:regex(^v\d{{1,4}}$)}";

    public static Row Read(string pattern, string expected, string? url = null, string note = "", Side side = Side.Consuming) =>
        new($"GET {pattern}", side, note, expected, (_, _) => Task.FromResult(At(url ?? pattern)));

    public static Row Publishing(string method, string pattern, string expected, Func<RoleWorld, Column, Task<Call>> prepare, string note = "") =>
        new($"{method} {pattern}", Side.Publishing, note, expected, prepare);

    public static Row Consuming(string method, string pattern, string expected, Func<RoleWorld, Column, Task<Call>> prepare, string note = "") =>
        new($"{method} {pattern}", Side.Consuming, note, expected, prepare);

    public static Call At(string url) => new(HttpMethod.Get, url);

    public static Call Form(string url, params (string Name, string Value)[] fields) => new(HttpMethod.Post, url, Form: fields);
}
