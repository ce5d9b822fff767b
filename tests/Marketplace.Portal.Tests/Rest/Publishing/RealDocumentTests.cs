using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Rest.Publishing;

/// <summary>Documents as companies write them, sent as a pipeline would, stored in PostgreSQL.</summary>
public sealed class RealDocumentTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>The other forms of these are sent as well.</summary>
    private const int LargestToConvert = 300_000;

    private readonly ConcurrentBag<string> _surprises = [];
    private readonly ConcurrentDictionary<string, int> _published = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _operations = new(StringComparer.Ordinal);
    private int _refused;

    [Fact]
    public async Task Real_documents_are_published_with_all_their_operations_or_refused_with_a_sentence()
    {
        await using var app = await BankApp.OpenAsync(postgres);
        var olivia = await app.ProgramOfAsync(app.Bank.Olivia);
        var files = RealDocuments.Sample();

        await Parallel.ForEachAsync(files.Index(), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (file, _) =>
        {
            var document = RealDocument.Json(file.Item);
            await PublishAsync(olivia, $"d{file.Index}", document);
            var openBanking = document.Name.Contains("banking", StringComparison.Ordinal);
            if (openBanking || (file.Index % 6 == 0 && document.Body.Length < LargestToConvert && !RealDocuments.Refused.ContainsKey(document.Name)))
            {
                await PublishAsync(olivia, $"d{file.Index}-yaml", document.AsYaml());
                if (document.HasSwagger)
                    await PublishAsync(olivia, $"d{file.Index}-swagger", await document.AsSwagger());
            }
        });

        Assert.True(_surprises.IsEmpty, string.Join('\n', _surprises.Order(StringComparer.Ordinal)));
        Assert.Equal(RealDocuments.Refused.Count, _refused);
        Assert.Equal(files.Count - _refused, _published["3.0 JSON"] + _published["3.1 JSON"]);
        Assert.InRange(files.Count - _refused, 205, int.MaxValue);
        Assert.All(["2.0 JSON", "3.0 JSON", "3.0 YAML", "3.1 JSON", "3.1 YAML"], form => Assert.InRange(_published[form], 5, int.MaxValue));
        await AssertStoredAsync(app.Bank.Database);
    }

    private async Task PublishAsync(HttpClient owner, string api, RealDocument document)
    {
        using var created = await owner.PostAsJsonAsync("/api/v1/apis", new NewApiBody("payments", api, document.Name, document.Form, "public"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var content = new ByteArrayContent(document.Body) { Headers = { ContentType = new MediaTypeHeaderValue(document.ContentType) } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/apis/{api}/versions/v1/revisions") { Content = content };
        request.Headers.ExpectContinue = true;
        using var answer = await owner.SendAsync(request);

        if (RealDocuments.Refused.TryGetValue(document.Name, out var code))
        {
            var problem = await RestApiTests.AssertProblemAsync(answer, code == "document_too_large" ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.UnprocessableEntity, code);
            Assert.All(problem.Errors, error => Assert.Equal("document", error.Field));
            Assert.All(problem.Errors, error => Assert.EndsWith(".", error.Message.Split(" (#", 2)[0], StringComparison.Ordinal));
            Interlocked.Increment(ref _refused);
            return;
        }

        if (answer.StatusCode is not HttpStatusCode.Created)
        {
            _surprises.Add($"{document.Name}, {document.Form}: {await answer.Content.ReadAsStringAsync()}");
            return;
        }

        var body = (await answer.Content.ReadFromJsonAsync<PublishedBody>())!;
        if ((body.Revision, body.Operations, body.Added) != (1, document.Operations, document.Operations))
            _surprises.Add($"{document.Name}, {document.Form}: declares {document.Operations}, published {body.Operations}");
        _operations[api] = document.Operations;
        _published.AddOrUpdate(document.Form, 1, (_, count) => count + 1);
    }

    /// <summary>Every line has its operations with the bits 0 to n - 1 and a key each, and nothing is left of those refused.</summary>
    private async Task AssertStoredAsync(TestDatabase database)
    {
        var stored = new Dictionary<string, int>(StringComparer.Ordinal);
        await using var command = database.DataSource.CreateCommand(
            """
            select a.name, count(o.id), count(distinct o.key), min(o.bit_index), max(o.bit_index), count(distinct o.bit_index),
              (select sum(r.operation_count) from spec_revision r where r.api_version_id = v.id)
            from api a join api_version v on v.api_id = a.id left join operation o on o.api_version_id = v.id
            where a.name <> 'payments' group by a.id, v.id
            """);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var count = rows.GetInt64(1);
            stored[rows.GetString(0)] = (int)count;
            Assert.Equal((count, 0, count - 1, count, count), (rows.GetInt64(2), rows.GetInt32(3), rows.GetInt32(4), rows.GetInt64(5), rows.GetInt64(6)));
        }

        Assert.Equal(_operations.OrderBy(o => o.Key, StringComparer.Ordinal), stored.OrderBy(s => s.Key, StringComparer.Ordinal));
    }
}
