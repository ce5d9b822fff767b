using Marketplace.Portal.Tests.App;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Catalog;

public sealed class SettingsPageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Line = "/apis/payments/v1";

    [Fact]
    public async Task An_owner_deprecates_a_version_with_its_end_and_everybody_is_told()
    {
        await using var app = await OpenAsync();
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
        await using var app = await OpenAsync();
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
        await using var app = await OpenAsync();
        using var olivia = await app.SignedInAsync("olivia");
        using var dirk = await app.SignedInAsync("dirk");
        var form = await olivia.GetAsync(Line + "/settings");
        Assert.Equal(303, (await olivia.SubmitAsync(form, Line + "/settings/api", ("title", "Payments & more"))).Status);
        Assert.Equal("Payments & more v1 Published", string.Join(' ', (await dirk.GetAsync(Line)).Heading!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

        Assert.Equal(404, (await dirk.GetAsync(Line + "/settings")).Status);
        var token = (await dirk.GetAsync("/")).Form("/sign-out").QuerySelector("input")!.GetAttribute("value")!;
        Assert.Equal(404, (await dirk.PostAsync(Line + "/settings/api", ("__RequestVerificationToken", token), ("title", "Mine"))).Status);
    }

    private async Task<LivePortal> OpenAsync()
    {
        var app = await LivePortal.StartAsync(postgres);
        await app.AddPersonAsync("olivia", "Olivia Bakker");
        await app.AddPersonAsync("dirk", "Dirk Smit");
        await app.AddTeamAsync("payments", "Payments Platform", "olivia", "dirk");
        using var olivia = await app.SignedInAsync("olivia");
        await olivia.SubmitAsync(await olivia.GetAsync("/publish"), "/publish", PublishPageTests.NewApi(Documents.Payments));
        return app;
    }
}
