using System.Text;
using Marketplace.Portal.Tests.App;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Catalog;

public sealed class PublishPageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task An_owner_publishes_an_api_by_pasting_its_document()
    {
        await using var app = await OpenAsync();
        using var olivia = await app.SignedInAsync("olivia");

        var done = await olivia.SubmitAsync(await olivia.GetAsync("/publish"), "/publish", NewApi(Documents.Payments));

        Assert.Equal((303, "/apis/payments/v1"), (done.Status, done.Location));
        var page = await olivia.GetAsync("/apis/payments/v1");
        Assert.Equal("Published revision 1 of payments v1: 3 endpoints.", page.Html.QuerySelector(".flash")!.TextContent.Trim());
        Assert.Equal(["/payments", "/payments", "/payments/{id}/status"], page.Html.QuerySelectorAll(".endpoints code").Select(c => c.TextContent));
        Assert.Empty((await olivia.GetAsync("/apis/payments/v1")).Html.QuerySelectorAll(".flash"));
    }

    [Fact]
    public async Task A_file_is_uploaded_and_a_second_revision_tells_what_changed()
    {
        await using var app = await OpenAsync();
        using var olivia = await app.SignedInAsync("olivia");
        await olivia.SubmitAsync(await olivia.GetAsync("/publish"), "/publish", NewApi(Documents.Payments));

        var form = await olivia.GetAsync("/apis/payments/publish");
        var done = await olivia.UploadAsync(
            form, "/apis/payments/publish", Encoding.UTF8.GetBytes(Documents.Payments.Replace("/payments/{id}/status", "/payment-status/{id}", StringComparison.Ordinal)));

        Assert.Equal(303, done.Status);
        var page = await olivia.GetAsync("/apis/payments/v1");
        Assert.Contains("revision 2 of payments v1: 0 added, 1 changed, 0 removed", page.Html.QuerySelector(".flash")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, (await olivia.GetAsync("/apis/payments/v1/revisions")).Html.QuerySelectorAll("tbody tr").Length);
    }

    [Fact]
    public async Task Bad_input_comes_back_with_its_values_every_problem_beside_its_field_and_nothing_stored()
    {
        await using var app = await OpenAsync();
        using var olivia = await app.SignedInAsync("olivia");

        var back = await olivia.SubmitAsync(
            await olivia.GetAsync("/publish"), "/publish",
            ("title", "Payments of all kinds"), ("name", "Bad Name"), ("version", "1.0"), ("team", "payments"), ("classification", "restricted"),
            ("source", "paste"), ("text", "openapi: 3.1.0\npaths: [oops"));

        Assert.Equal(422, back.Status);
        Assert.Equal(["name", "version"], back.Html.QuerySelectorAll("input[type=text][aria-invalid=true]").Select(i => i.GetAttribute("name")!));
        Assert.All(back.Html.QuerySelectorAll("[aria-invalid=true]"), i => Assert.NotNull(back.Html.GetElementById(i.GetAttribute("aria-describedby")!.Split(' ')[^1])));
        Assert.Equal(3, back.FieldProblems.Count);
        Assert.Contains(back.FieldProblems, p => p.Contains("line ", StringComparison.Ordinal));
        Assert.Equal(back.FieldProblems.Count, back.AllProblems.Count);
        Assert.NotNull(back.Html.QuerySelector(".problem-summary[tabindex][autofocus]"));
        Assert.Equal("Payments of all kinds", back.Html.QuerySelector("input[name=title]")!.GetAttribute("value"));
        Assert.Equal("restricted", back.Html.QuerySelector("select[name=classification] option[selected]")!.GetAttribute("value"));
        Assert.Contains("paths: [oops", back.Html.QuerySelector("textarea[name=text]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("select count(*) from api"));
    }

    [Fact]
    public async Task An_api_with_a_bad_document_is_not_half_stored()
    {
        await using var app = await OpenAsync();
        using var olivia = await app.SignedInAsync("olivia");
        var back = await olivia.SubmitAsync(await olivia.GetAsync("/publish"), "/publish", NewApi("openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {}"));
        Assert.Equal(422, back.Status);
        Assert.NotEmpty(back.FieldProblems);
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("select count(*) from api"));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(60)]
    public async Task A_file_over_the_limit_is_answered_with_a_sentence_beside_the_field(int megabytes)
    {
        await using var app = await OpenAsync();
        using var olivia = await app.SignedInAsync("olivia");

        var back = await olivia.UploadAsync(await olivia.GetAsync("/publish"), "/publish", new byte[megabytes * 1024 * 1024]);

        Assert.True(back.Status is 413 or 422);
        Assert.Contains(back.FieldProblems, p => p.Contains("larger than 16 MB", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task A_bad_file_is_told_beside_the_field_and_leaves_nothing(byte[] file, string sentence)
    {
        await using var app = await OpenAsync();
        using var olivia = await app.SignedInAsync("olivia");
        var page = await olivia.GetAsync("/publish");
        var back = await olivia.UploadAsync(page, "/publish", file, ("title", "Payments"), ("name", "payments"), ("team", "payments"), ("classification", "public"));
        Assert.Equal(422, back.Status);
        Assert.Contains(back.FieldProblems, p => p.Contains(sentence, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("select (select count(*) from api) + (select count(*) from spec_revision)"));
    }

    public static TheoryData<byte[], string> BadFiles => new()
    {
        { "not a document at all"u8.ToArray(), "object" },
        { [0x6f, 0x70, 0xff, 0xfe, 0x00], "UTF-8" },
        { Encoding.UTF8.GetBytes(new string('[', 300) + new string(']', 300)), "deep" },
        { "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]"u8.ToArray(), "values" },
        { """{"openapi":"3.0.0","info":{"title":"x","version":"1"},"paths":{"/a":{"$ref":"file:///etc/passwd"}}}"""u8.ToArray(), "$ref" },
        { [], "Choose a file" },
    };

    [Fact]
    public async Task Only_owners_of_the_team_publish()
    {
        await using var app = await OpenAsync();
        using var olivia = await app.SignedInAsync("olivia");
        await olivia.SubmitAsync(await olivia.GetAsync("/publish"), "/publish", NewApi(Documents.Payments));
        using var dirk = await app.SignedInAsync("dirk");
        var token = (await dirk.GetAsync("/")).Form("/sign-out").QuerySelector("input")!.GetAttribute("value")!;

        Assert.Equal(404, (await dirk.GetAsync("/apis/payments/publish")).Status);
        Assert.Equal(404, (await dirk.PostAsync("/apis/payments/publish", ("__RequestVerificationToken", token), ("version", "v1"))).Status);
        Assert.Contains("you own none", (await dirk.GetAsync("/publish")).Text, StringComparison.Ordinal);
        var forged = await dirk.PostAsync("/publish", [("__RequestVerificationToken", token), .. NewApi(Documents.Payments)]);
        Assert.Equal(422, forged.Status);
        Assert.DoesNotContain("Publish a revision", (await dirk.GetAsync("/apis/payments/v1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_inside_the_company_is_not_fetched_and_the_sentence_stands_beside_the_field()
    {
        await using var app = await OpenAsync();
        using var olivia = await app.SignedInAsync("olivia");
        var back = await olivia.SubmitAsync(
            await olivia.GetAsync("/publish"), "/publish",
            [.. NewApi("").Where(f => f.Item1 is not ("source" or "text")), ("source", "fetch"), ("url", app.Address + "mark.svg")]);
        Assert.Equal(422, back.Status);
        Assert.Single(back.FieldProblems);
        Assert.Equal(app.Address + "mark.svg", back.Html.QuerySelector("input[name=url]")!.GetAttribute("value"));
    }

    private async Task<LivePortal> OpenAsync()
    {
        var app = await LivePortal.StartAsync(postgres);
        await app.AddPersonAsync("olivia", "Olivia Bakker");
        await app.AddPersonAsync("dirk", "Dirk Smit");
        await app.AddTeamAsync("payments", "Payments Platform", "olivia", "dirk");
        return app;
    }

    internal static (string, string)[] NewApi(string document) =>
    [
        ("title", "Payments"), ("name", "payments"), ("version", "v1"), ("summary", "Pay and be paid"), ("team", "payments"),
        ("classification", "confidential"), ("source", "paste"), ("text", document),
    ];
}
