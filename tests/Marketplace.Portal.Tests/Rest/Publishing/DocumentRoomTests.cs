using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Core.People;
using Marketplace.Portal.Catalog;
using Marketplace.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.Tests.Rest.Publishing;

/// <summary>Nothing of a document is read before it is known that its sender may send it, and that there is room for it.</summary>
public sealed class DocumentRoomTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Revisions = "/api/v1/apis/payments/versions/v1/revisions";

    [Theory]
    [InlineData(Revisions, "olivia", HttpStatusCode.UnprocessableEntity, true)]
    [InlineData(Revisions, "stan", HttpStatusCode.NotFound, false)]
    [InlineData(Revisions + "?basedOn=0", "olivia", HttpStatusCode.Conflict, false)]
    [InlineData("/api/v1/apis/payments/versions/one/revisions", "olivia", HttpStatusCode.UnprocessableEntity, false)]
    [InlineData("/api/v1/apis/payments/versions/v1/lint", "stan", HttpStatusCode.NotFound, false)]
    [InlineData("/api/v1/apis/payments/versions/v9/compare", "stan", HttpStatusCode.NotFound, false)]
    public async Task A_document_is_asked_for_only_of_those_who_may_send_it(string address, string who, HttpStatusCode status, bool read)
    {
        await using var app = await BankApp.OpenAsync(postgres);
        using var program = await ProgramAsync(app, who == "olivia" ? app.Bank.Olivia : app.Bank.Stranger);
        var document = new Announced(1024 * 1024);

        using var answer = await program.SendAsync(document.To(address));

        Assert.Equal((status, read), (answer.StatusCode, document.WasAskedFor));
        Assert.Equal(ProblemBody.ContentType, answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Nobody_fetches_an_address_for_somebody_who_may_not_publish()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        using var program = await ProgramAsync(app, app.Bank.Stranger);

        using var answer = await program.PostAsJsonAsync(Revisions, new DocumentUrlBody("http://127.0.0.1:1/"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_crowd_waits_outside_and_who_finds_no_room_to_wait_is_asked_to_come_again()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        using var program = await ProgramAsync(app, app.Bank.Olivia);
        var room = app.App.Services.GetRequiredService<DocumentRoom>();
        var places = await Task.WhenAll(Enumerable.Range(0, DocumentRoom.Inside).Select(_ => room.EnterAsync(null, default)));
        Assert.All(places, Assert.NotNull);

        var document = new Announced(1024 * 1024);
        var waiting = program.SendAsync(document.To(Revisions));
        await Eventually.HoldsAsync(() => room.SomeWait, TimeSpan.FromSeconds(20));
        Assert.False(document.WasAskedFor || waiting.IsCompleted);

        var others = Enumerable.Range(1, DocumentRoom.Waiting).Select(_ => room.EnterAsync(null, default)).ToList();
        var late = new Announced(16 * 1024 * 1024);
        using (var refused = await program.SendAsync(late.To(Revisions)))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, false), (refused.StatusCode, late.WasAskedFor));
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Equal("busy", (await refused.Content.ReadFromJsonAsync<ProblemBody>())!.Code);
        }
        var browser = await app.BrowserOfAsync(app.Bank.Olivia);
        var page = await browser.PostAsync("/apis/payments/publish", "/apis/payments/publish", ("version", "v1"), ("source", "paste"), ("text", "{}"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (page.StatusCode, page.Headers.RetryAfter is not null));

        foreach (var place in places)
            place!.Dispose();
        foreach (var other in others)
            (await other)?.Dispose();
        using var answer = await waiting;
        Assert.Equal((HttpStatusCode.UnprocessableEntity, true), (answer.StatusCode, document.WasAskedFor));
        // Whoever has been answered has left.
        using var all = new All(await Task.WhenAll(Enumerable.Range(0, DocumentRoom.Inside).Select(_ => room.EnterAsync(null, default))));
        Assert.All(all.Places, Assert.NotNull);
    }

    private static async Task<HttpClient> ProgramAsync(BankApp app, Actor person)
    {
        var token = await app.Bank.Use<AccessTokens>().CreateAsync(person, "test", 1, default);
        // Waits for "100 Continue" as long as it takes: what is not asked for is not sent (RFC 9110 §10.1.1).
        var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = app.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Value!.Value);
        client.DefaultRequestHeaders.ExpectContinue = true;
        return client;
    }

    private sealed record All(IDisposable?[] Places) : IDisposable
    {
        public void Dispose() => Array.ForEach(Places, p => p?.Dispose());
    }

    private sealed class Announced : HttpContent
    {
        private readonly int _length;

        public Announced(int length)
        {
            _length = length;
            Headers.ContentType = new("application/json");
        }

        public bool WasAskedFor { get; private set; }

        public HttpRequestMessage To(string address) => new(HttpMethod.Post, address) { Content = this };

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            WasAskedFor = true;
            await stream.WriteAsync(new byte[_length].AsMemory());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return true;
        }
    }
}
