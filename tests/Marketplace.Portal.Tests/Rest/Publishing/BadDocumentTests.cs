using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Marketplace.Contracts.Rest;
using Marketplace.Portal.Tests.Catalog;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Rest.Publishing;

public sealed class BadDocumentTests(BadDocumentTests.OnePublished bank) : IClassFixture<BadDocumentTests.OnePublished>
{
    [Theory]
    [MemberData(nameof(BadDocuments.Names), MemberType = typeof(BadDocuments))]
    public async Task A_bad_document_is_refused_with_code_place_and_sentence_and_leaves_no_row(string name)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var bad = BadDocuments.All[name];
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var bytes = bad.Bytes.Length < 10_000 && bad.Code == "external_reference"
            ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bad.Bytes).Replace("PORT", port, StringComparison.Ordinal))
            : bad.Bytes;
        var before = await bank.RowsAsync();

        foreach (var line in (string[])["cards/versions/v1", "cards/versions/v2"])
        {
            using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(bad.ContentType) } };
            using var answer = await bank.Olivia.PostAsync($"/api/v1/apis/{line}/revisions", content);
            var problem = await RestApiTests.AssertProblemAsync(answer, HttpStatusCode.UnprocessableEntity, bad.Code);
            Assert.All(problem.Errors, error => Assert.Equal("document", error.Field));
            Assert.Equal(problem.Detail, problem.Errors[0].Message);
            Assert.Contains(bad.Place, problem.Detail, StringComparison.Ordinal);
            Assert.Matches(@"^[A-Z`""].{15,}[.)]$", problem.Detail);
        }

        Assert.Equal(before, await bank.RowsAsync());
        Assert.False(listener.Pending(), "The reference was fetched.");
    }

    [Fact]
    public async Task A_good_document_leaves_rows()
    {
        var before = await bank.RowsAsync();
        Assert.Equal(HttpStatusCode.Created, (await bank.PublishAsync("v3")).StatusCode);
        Assert.NotEqual(before, await bank.RowsAsync());
    }

    /// <summary>The bank with API <c>cards</c>, whose v1 is published and whose v2 is not.</summary>
    public sealed class OnePublished : IAsyncLifetime
    {
        private BankApp _app = null!;

        public HttpClient Olivia { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _app = await BankApp.OpenAsync(new PostgresFixture());
            Olivia = await _app.ProgramOfAsync(_app.Bank.Olivia);
            using var created = await Olivia.PostAsJsonAsync("/api/v1/apis", new NewApiBody("payments", "cards", "Cards", "", "internal"));
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            using var published = await PublishAsync("v1");
            Assert.Equal(HttpStatusCode.Created, published.StatusCode);
        }

        public Task<HttpResponseMessage> PublishAsync(string version) => Olivia.PostAsync(
            $"/api/v1/apis/cards/versions/{version}/revisions", new StringContent(Catalog.Documents.Payments, Encoding.UTF8, "application/yaml"));

        /// <summary>How many rows every table has.</summary>
        public async Task<string> RowsAsync() => (await _app.Bank.Database.ScalarAsync<string>(
            """
            select string_agg(t.table_name || ' ' || (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I.%I', t.table_schema, t.table_name), false, true, '')))[1],
              E'\n' order by t.table_name)
            from information_schema.tables t where t.table_schema = 'public' and t.table_type = 'BASE TABLE'
            """))!;

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
