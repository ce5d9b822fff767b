using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Rest;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Rest.Publishing;

/// <summary>Grants are bits: what a second revision does to them is read from the database.</summary>
public sealed class SecondRevisionTests(SharedBankApp shared) : IClassFixture<SharedBankApp>, IAsyncLifetime
{
    private static int _apis;

    private readonly BankApp _app = shared.App;
    private readonly string _api = $"accounts-{Interlocked.Increment(ref _apis)}";
    private HttpClient _olivia = null!;

    public async ValueTask InitializeAsync()
    {
        _olivia = await _app.ProgramOfAsync(_app.Bank.Olivia);
        using var created = await _olivia.PostAsJsonAsync("/api/v1/apis", new NewApiBody("payments", _api, "Accounts", "", "internal"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("openbanking.org.uk/account-info-openapi.json")]
    [InlineData("openbanking.org.uk/payment-initiation-openapi.json")]
    [InlineData("openbankingproject.ch.json")]
    public async Task Every_path_is_renamed_and_every_operation_keeps_its_key_and_bit(string name)
    {
        var document = Read(name);
        await PublishAsync(document, added: OperationsIn(document), changed: 0, removed: 0);
        var before = await RowsAsync();

        var paths = document["paths"]!.AsObject().ToList();
        document["paths"] = new JsonObject([
            new("/first", new JsonObject { ["get"] = new JsonObject { ["operationId"] = "aNewOne", ["responses"] = new JsonObject() } }),
            .. paths.AsEnumerable().Reverse().Select(p => KeyValuePair.Create("/moved" + p.Key, p.Value?.DeepClone()))]);
        await PublishAsync(document, added: 1, changed: before.Count, removed: 0);

        var after = await RowsAsync();
        Assert.Equal(("aNewOne", before.Count, "/first"), after[^1]);
        Assert.Equal(before.Select(o => (o.Key, o.Bit, "/moved" + o.Path)), after.SkipLast(1));
    }

    [Theory]
    [InlineData("openbanking.org.uk.json")]
    [InlineData("mastercard.com/open-banking-connect-pis.json")]
    public async Task Without_operationIds_reordered_paths_keep_keys_and_bits_and_a_renamed_one_is_new(string name)
    {
        var document = Read(name);
        await PublishAsync(document, added: OperationsIn(document), changed: 0, removed: 0);
        var before = await RowsAsync();

        var paths = document["paths"]!.AsObject();
        document["paths"] = new JsonObject(paths.Reverse().Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        await PublishAsync(document, added: 0, changed: 0, removed: 0);
        Assert.Equal(before, await RowsAsync());

        var (old, item) = document["paths"]!.AsObject().First();
        var moved = OperationsIn(new JsonObject { ["paths"] = new JsonObject { [old] = item!.DeepClone() } });
        document["paths"]!.AsObject().Remove(old);
        document["paths"]!.AsObject()["/moved" + old] = item;
        await PublishAsync(document, added: moved, changed: 0, removed: moved);
        var after = await RowsAsync();
        Assert.Equal(before.Where(o => o.Path != old), after.SkipLast(moved));
        Assert.Equal(Enumerable.Range(before.Count, moved), after.TakeLast(moved).Select(o => o.Bit));
    }

    private static JsonNode Read(string name) =>
        JsonNode.Parse(File.ReadAllBytes(RealDocuments.Sample().Single(file => RealDocuments.NameOf(file) == name)))!;

    private static int OperationsIn(JsonNode document) =>
        document["paths"]!.AsObject().Sum(p => p.Value!.AsObject().Count(m => m.Key is "get" or "put" or "post" or "delete" or "patch" or "head" or "options"));

    private async Task PublishAsync(JsonNode document, int added, int changed, int removed)
    {
        using var answer = await _olivia.PostAsJsonAsync($"/api/v1/apis/{_api}/versions/v1/revisions?overrideReason=The%20paths%20move%20today", document);
        Assert.True(answer.StatusCode is HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var body = (await answer.Content.ReadFromJsonAsync<PublishedBody>())!;
        Assert.Equal((added, changed, removed), (body.Added, body.Changed, body.Removed));
    }

    private async Task<List<(string Key, int Bit, string Path)>> RowsAsync()
    {
        var operations = new List<(string, int, string)>();
        await using var command = _app.Bank.Database.DataSource.CreateCommand(
            $"""
            select o.key, o.bit_index, o.path from operation o join api_version v on v.id = o.api_version_id join api a on a.id = v.api_id
            where a.name = '{_api}' and o.removed_in is null order by o.bit_index
            """);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            operations.Add((rows.GetString(0), rows.GetInt32(1), rows.GetString(2)));
        return operations;
    }
}
