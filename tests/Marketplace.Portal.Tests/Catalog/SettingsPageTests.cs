namespace Marketplace.Portal.Tests.Catalog;

public sealed class SettingsPageTests(PublishPageTests.PaymentsTeam payments) : IClassFixture<PublishPageTests.PaymentsTeam>, IAsyncLifetime
{
    private static int _apis;

    private readonly string _api = $"payments-{Interlocked.Increment(ref _apis)}";

    private string Line => $"/apis/{_api}/v1";

    public async ValueTask InitializeAsync()
    {
        using var olivia = await payments.Portal.SignedInAsync("olivia");
        await olivia.SubmitAsync(await olivia.GetAsync("/publish"), "/publish", PublishPageTests.NewApi(Documents.Payments, _api));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_owner_deprecates_a_version_with_its_end_and_everybody_is_told()
    {
        var app = payments.Portal;
        using var olivia = await app.SignedInAsync("olivia");
        var form = await olivia.GetAsync(Line + "/settings");

        var endless = await olivia.SubmitAsync(form, Line + "/settings/lifecycle", ("lifecycle", "deprecated"), ("successor", "nothing"));
        Assert.Equal(422, endless.Status);
        Assert.Equal(["sunsetAt", "successor"], endless.Html.QuerySelectorAll("[aria-invalid=true]").Select(i => i.GetAttribute("name")!));
        Assert.Equal("nothing", endless.Html.QuerySelector("[name=successor]")!.GetAttribute("value"));

        var done = await olivia.SubmitAsync(form, Line + "/settings/lifecycle", ("lifecycle", "deprecated"), ("sunsetAt", "2099-12-31"));
        Assert.Equal((303, Line), (done.Status, done.Location));
        using var dirk = await app.SignedInAsync("dirk");
        Assert.Contains("ends on 31 Dec 2099", (await dirk.GetAsync(Line)).Html.QuerySelector(".note-warn")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_audience_is_told_beside_the_environment_that_it_is_of()
    {
        var app = payments.Portal;
        using var olivia = await app.SignedInAsync("olivia");
        var back = await olivia.SubmitAsync(
            await olivia.GetAsync(Line + "/settings"), Line + "/settings/version", ("audience.sandbox", "not a uri"));
        Assert.Equal(422, back.Status);
        Assert.Equal(["audience.sandbox"], back.Html.QuerySelectorAll("[aria-invalid=true]").Select(i => i.GetAttribute("name")!));
        Assert.Equal("not a uri", back.Html.QuerySelector("[name='audience.sandbox']")!.GetAttribute("value"));
    }

    [Fact]
    public async Task The_description_is_changed_by_owners_alone()
    {
        var app = payments.Portal;
        using var olivia = await app.SignedInAsync("olivia");
        using var dirk = await app.SignedInAsync("dirk");
        var form = await olivia.GetAsync(Line + "/settings");
        Assert.Equal(303, (await olivia.SubmitAsync(form, Line + "/settings/api", ("title", "Payments & more"))).Status);
        Assert.Equal("Payments & more v1 Published", string.Join(' ', (await dirk.GetAsync(Line)).Heading!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

        Assert.Equal(404, (await dirk.GetAsync(Line + "/settings")).Status);
        var token = (await dirk.GetAsync("/")).Form("/sign-out").QuerySelector("input")!.GetAttribute("value")!;
        Assert.Equal(404, (await dirk.PostAsync(Line + "/settings/api", ("__RequestVerificationToken", token), ("title", "Mine"))).Status);
    }
}
