using System.Text;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Portal.Tests.App;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Catalog;

public sealed class PublishPageTests(PublishPageTests.PaymentsTeam payments) : IClassFixture<PublishPageTests.PaymentsTeam>
{
    [Fact]
    public async Task An_owner_publishes_an_api_by_pasting_its_document()
    {
        var app = payments.Portal;
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
        var app = payments.Portal;
        using var olivia = await app.SignedInAsync("olivia");
        await olivia.SubmitAsync(await olivia.GetAsync("/publish"), "/publish", NewApi(Documents.Payments, "refunds"));

        var form = await olivia.GetAsync("/apis/refunds/publish");
        var done = await olivia.UploadAsync(
            form, "/apis/refunds/publish", Encoding.UTF8.GetBytes(Documents.Payments.Replace("List the payments", "All payments", StringComparison.Ordinal)));

        Assert.Equal(303, done.Status);
        var page = await olivia.GetAsync("/apis/refunds/v1");
        Assert.Contains("revision 2 of refunds v1: 0 added, 1 changed, 0 removed", page.Html.QuerySelector(".flash")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, (await olivia.GetAsync("/apis/refunds/v1/revisions")).Html.QuerySelectorAll("tbody tr").Length);
    }

    [Fact]
    public async Task Bad_input_comes_back_with_its_values_every_problem_beside_its_field_and_nothing_stored()
    {
        var app = payments.Portal;
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
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("select count(*) from api where title = 'Payments of all kinds'"));
    }

    [Fact]
    public async Task An_api_with_a_bad_document_is_not_half_stored()
    {
        var app = payments.Portal;
        using var olivia = await app.SignedInAsync("olivia");
        var back = await olivia.SubmitAsync(await olivia.GetAsync("/publish"), "/publish", NewApi("openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {}", "half"));
        Assert.Equal(422, back.Status);
        Assert.NotEmpty(back.FieldProblems);
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("select count(*) from api where name = 'half'"));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(60)]
    public async Task A_file_over_the_limit_is_answered_with_a_sentence_beside_the_field(int megabytes)
    {
        var app = payments.Portal;
        using var olivia = await app.SignedInAsync("olivia");

        var back = await olivia.UploadAsync(await olivia.GetAsync("/publish"), "/publish", new byte[megabytes * 1024 * 1024]);

        Assert.True(back.Status is 413 or 422);
        Assert.Contains(back.FieldProblems, p => p.Contains("larger than 16 MB", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bad_file_is_told_beside_the_field_in_the_words_of_the_REST_API_and_leaves_nothing()
    {
        var app = payments.Portal;
        using var olivia = await app.SignedInAsync("olivia");
        var page = await olivia.GetAsync("/publish");
        var before = await app.Database.ScalarAsync<long>("select count(*) from spec_revision");
        foreach (var (name, bad) in BadDocuments.All)
        {
            var back = await olivia.UploadAsync(page, "/publish", bad.Bytes, ("title", "Payments"), ("name", "spoilt"), ("team", "payments"), ("classification", "public"));
            Assert.True(back.Status == 422, $"{name}: {back.Status}");
            var sentences = bad.Bytes.Length == 0
                ? ["Choose a file, or another way to give the document."]
                : SpecReader.Read(bad.Bytes).Problems.Select(problem => problem.Message);
            Assert.Equal(sentences, back.FieldProblems);
        }

        Assert.Equal(0L, await app.Database.ScalarAsync<long>("select (select count(*) from api where name = 'spoilt') + (select count(*) from spec_revision) - " + before));
    }

    [Fact]
    public async Task Only_owners_of_the_team_publish()
    {
        var app = payments.Portal;
        using var olivia = await app.SignedInAsync("olivia");
        await olivia.SubmitAsync(await olivia.GetAsync("/publish"), "/publish", NewApi(Documents.Payments, "mandates"));
        using var dirk = await app.SignedInAsync("dirk");
        var token = (await dirk.GetAsync("/")).Form("/sign-out").QuerySelector("input")!.GetAttribute("value")!;

        Assert.Equal(404, (await dirk.GetAsync("/apis/mandates/publish")).Status);
        Assert.Equal(404, (await dirk.PostAsync("/apis/mandates/publish", ("__RequestVerificationToken", token), ("version", "v1"))).Status);
        Assert.Contains("you own none", (await dirk.GetAsync("/publish")).Text, StringComparison.Ordinal);
        var forged = await dirk.PostAsync("/publish", [("__RequestVerificationToken", token), .. NewApi(Documents.Payments, "mandates")]);
        Assert.Equal(422, forged.Status);
        Assert.DoesNotContain("Publish a revision", (await dirk.GetAsync("/apis/mandates/v1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_inside_the_company_is_not_fetched_and_the_sentence_stands_beside_the_field()
    {
        var app = payments.Portal;
        using var olivia = await app.SignedInAsync("olivia");
        var back = await olivia.SubmitAsync(
            await olivia.GetAsync("/publish"), "/publish",
            [.. NewApi("", "fetched").Where(f => f.Item1 is not ("source" or "text")), ("source", "fetch"), ("url", app.Address + "mark.svg")]);
        Assert.Equal(422, back.Status);
        Assert.Single(back.FieldProblems);
        Assert.Equal(app.Address + "mark.svg", back.Html.QuerySelector("input[name=url]")!.GetAttribute("value"));
    }

    internal static (string, string)[] NewApi(string document, string name = "payments") =>
    [
        ("title", "Payments"), ("name", name), ("version", "v1"), ("summary", "Pay and be paid"), ("team", "payments"),
        ("classification", "confidential"), ("source", "paste"), ("text", document),
    ];

    /// <summary>One portal for all tests of a class: Olivia owns team payments, Dirk develops in it, and each test has an API of its own.</summary>
    public sealed class PaymentsTeam : IAsyncLifetime
    {
        public LivePortal Portal { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Portal = await LivePortal.StartAsync(new PostgresFixture());
            await Portal.AddPersonAsync("olivia", "Olivia Bakker");
            await Portal.AddPersonAsync("dirk", "Dirk Smit");
            await Portal.AddTeamAsync("payments", "Payments Platform", "olivia", "dirk");
        }

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }
}
