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
public sealed class DocumentRoomTests(PostgresFixture postgres, SharedBankApp shared) : IClassFixture<PostgresFixture>, IClassFixture<SharedBankApp>
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
        var app = shared.App;
        using var program = await ProgramAsync(app, who == "olivia" ? app.Bank.Olivia : app.Bank.Stranger);
        var document = new Announced(1024 * 1024);

        using var answer = await program.SendAsync(document.To(address));

        Assert.Equal((status, read), (answer.StatusCode, document.WasAskedFor));
        Assert.Equal(ProblemBody.ContentType, answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Nobody_fetches_an_address_for_somebody_who_may_not_publish()
    {
        var app = shared.App;
        using var program = await ProgramAsync(app, app.Bank.Stranger);

        using var answer = await program.PostAsJsonAsync(Revisions, new DocumentUrlBody("http://127.0.0.1:1/"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_crowd_waits_outside_and_who_finds_no_room_to_wait_is_asked_to_come_again()
    {
        var app = shared.App;
        using var program = await ProgramAsync(app, app.Bank.Olivia);
        var room = app.App.Services.GetRequiredService<DocumentRoom>();
        var places = await Task.WhenAll(Enumerable.Range(0, DocumentRoom.Inside).Select(_ => room.EnterAsync(Guid.NewGuid(), null, default)));
        Assert.All(places, Assert.NotNull);

        var document = new Announced(1024 * 1024);
        var waiting = program.SendAsync(document.To(Revisions));
        await Eventually.HoldsAsync(() => room.SomeWait, TimeSpan.FromSeconds(20));
        Assert.False(document.WasAskedFor || waiting.IsCompleted);

        var others = Enumerable.Range(1, DocumentRoom.Waiting).Select(_ => room.EnterAsync(Guid.NewGuid(), null, default)).ToList();
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
        using var all = new All(await Task.WhenAll(Enumerable.Range(0, DocumentRoom.Inside).Select(_ => room.EnterAsync(Guid.NewGuid(), null, default))));
        Assert.All(all.Places, Assert.NotNull);
    }

    [Fact]
    public async Task Who_sends_many_waits_behind_their_own_and_nobody_else_does()
    {
        using var room = new DocumentRoom(TimeProvider.System);
        var one = Guid.NewGuid();
        var many = Enumerable.Range(0, DocumentRoom.Inside).Select(_ => room.EnterAsync(one, null, default)).ToList();

        (await room.EnterAsync(Guid.NewGuid(), null, default).WaitAsync(Busy.Allow(TimeSpan.FromSeconds(5))))!.Dispose();
        Assert.Equal(DocumentRoom.InsideOfOne, many.Count(place => place.IsCompleted));

        foreach (var place in many)
            (await place.WaitAsync(Busy.Allow(TimeSpan.FromSeconds(5))))!.Dispose();
    }

    [Fact]
    public async Task A_form_that_trickles_in_keeps_the_others_out_for_a_minute_and_not_for_hours()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        var browser = await app.BrowserOfAsync(app.Bank.Stranger);
        var form = new Trickle();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/apis/payments/publish") { Content = form, Headers = { ExpectContinue = true } };
        var sending = browser.Client.SendAsync(request);
        await form.AskedFor.Task.WaitAsync(Busy.Allow(TimeSpan.FromSeconds(20)));

        var room = app.App.Services.GetRequiredService<DocumentRoom>();
        var others = Task.WhenAll(Enumerable.Range(0, DocumentRoom.Inside).Select(_ => room.EnterAsync(Guid.NewGuid(), null, default)));
        Assert.False(others.IsCompleted);
        await Eventually.HoldsAsync(
            () =>
            {
                app.Bank.Clock.Advance(DocumentRoom.LongestSending);
                return others.IsCompleted;
            },
            TimeSpan.FromSeconds(20));

        using var all = new All(await others);
        Assert.All(all.Places, Assert.NotNull);
        form.MayEnd.SetResult();
        await Record.ExceptionAsync(async () => (await sending).Dispose());
    }

    private static async Task<HttpClient> ProgramAsync(BankApp app, Actor person)
    {
        var token = await app.Bank.Use<AccessTokens>().CreateAsync(person, new("test", 1, Enum.GetValues<TokenScope>()), null, default);
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

    /// <summary>Its first bytes come, and no more.</summary>
    private sealed class Trickle : HttpContent
    {
        public Trickle() => Headers.ContentType = new("application/x-www-form-urlencoded");

        public TaskCompletionSource AskedFor { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            // More than the server asks of the slowest for as long as the test lasts.
            await stream.WriteAsync("text="u8.ToArray().Concat(new byte[30_000].Select(_ => (byte)'a')).ToArray());
            await stream.FlushAsync();
            AskedFor.TrySetResult();
            await MayEnd.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 16 * 1024 * 1024;
            return true;
        }
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
