using System.Text;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Requests.Templates;
using Marketplace.Core.Catalog.Ownership;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access.Requests;

public sealed class TemplateTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly TemplateInput ReadOnlyCards = new("Read-only cards", "To show cards.", [new("cards", "v1", [], ["GET"], "reading")]);
    private Bank _bank = null!;

    public async ValueTask InitializeAsync() => _bank = await TwoApis.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _bank.DisposeAsync();

    [Fact]
    public async Task A_rule_is_resolved_when_it_is_used_and_what_is_added_later_is_never_granted_silently()
    {
        Assert.True((await PutAsync(_bank.Carla, "read-only-cards", ReadOnlyCards)).Succeeded);
        Assert.Equal(["cards/v1/listCards", "cards/v1/getPayment"], await MeantAsync("read-only-cards"));
        Assert.Equal(2, Assert.Single((await _bank.Use<TemplateReader>().ListAsync(_bank.Olivia, "cards", "v1", default))!).Endpoints);
        var number = await TwoApis.AskAsync(_bank, [.. await MeantAsync("read-only-cards")]);
        Assert.True((await TwoApis.DecideAsync(_bank, _bank.Carla, number, new("listCards", true, null), new("getPayment", true, null))).Succeeded);

        var more = """
            {"openapi":"3.0.3","info":{"title":"Cards","version":"2"},"paths":{
              "/cards":{"get":{"operationId":"listCards","tags":["reading"],"responses":{"200":{"description":"."}}}},
              "/cards/{id}":{"get":{"operationId":"getPayment","tags":["reading"],"responses":{"200":{"description":"."}}},
                "delete":{"operationId":"blockCard","responses":{"204":{"description":"."}}}},
              "/limits":{"get":{"operationId":"getLimits","tags":["reading"],"responses":{"200":{"description":"."}}}}}}
            """;
        Assert.True((await _bank.Use<PublishSpec>().ExecuteAsync(_bank.Carla, new("cards", "v1", Encoding.UTF8.GetBytes(more)), default)).Succeeded);
        Assert.Equal(["cards/v1/listCards", "cards/v1/getPayment", "cards/v1/getLimits"], await MeantAsync("read-only-cards"));
        Assert.Equal(2L, await _bank.Database.ScalarAsync<long>("select count(*) from access_grant where ended_at is null"));
    }

    [Fact]
    public async Task Only_owners_offer_endpoints_and_only_of_their_own_team()
    {
        foreach (var other in new[] { _bank.Olivia, _bank.Dirk, _bank.Admin, _bank.Auditor })
            Assert.Equal(Problem.NotFound, Assert.Single((await PutAsync(other, "read-only-cards", ReadOnlyCards)).Problems).Code);
        await _bank.Use<SetMembership>().ExecuteAsync(_bank.Carla, new("channels", "olivia", TeamRole.Owner), default);
        var both = ReadOnlyCards with { Parts = [.. ReadOnlyCards.Parts, new("payments", "v1", ["getPayment"], [], null)] };
        Assert.Equal("template_teams", Assert.Single((await PutAsync(_bank.Olivia, "both", both)).Problems).Code);
        Assert.Equal(
            ["name_invalid", "title_length", "parts_missing", "operation_unknown"],
            (await PutAsync(_bank.Carla, "Read only", new("", "", [new("cards", "v1", ["nope"], [], null), new("cards", "v1", [], [], null)]))).Problems.Select(p => p.Code));

        Assert.True((await PutAsync(_bank.Carla, "mine", ReadOnlyCards)).Succeeded);
        Assert.Equal("name_taken", Assert.Single((await PutAsync(_bank.Olivia, "mine", new("Pay", "", [new("payments", "v1", ["getPayment"], [], null)]))).Problems).Code);
        Assert.Equal(Problem.NotFound, Assert.Single((await _bank.Use<WriteTemplate>().RemoveAsync(_bank.Dirk, "mine", default)).Problems).Code);
        Assert.True((await _bank.Use<WriteTemplate>().RemoveAsync(_bank.Carla, "mine", default)).Succeeded);
        Assert.Equal(2L, await _bank.Database.ScalarAsync<long>("select count(*) from audit_event where action like 'access_template.%'"));
    }

    [Fact]
    public async Task A_template_means_nothing_of_an_api_that_its_team_gave_away()
    {
        Assert.True((await PutAsync(_bank.Carla, "read-only-cards", ReadOnlyCards)).Succeeded);
        Assert.True((await _bank.Use<TransferApi>().MoveAsync(_bank.Admin, "cards", "payments", "Reorganised.", default)).Succeeded);
        Assert.Null(await _bank.Use<TemplateReader>().FindAsync(_bank.Dirk, "read-only-cards", default));
        Assert.Empty((await _bank.Use<TemplateReader>().ListAsync(_bank.Dirk, "cards", "v1", default))!);
    }

    private Task<Outcome<string>> PutAsync(Actor actor, string slug, TemplateInput input) => _bank.Use<WriteTemplate>().PutAsync(actor, slug, input, default);

    private async Task<IReadOnlyList<string>> MeantAsync(string slug) =>
        [.. (await _bank.Use<TemplateReader>().FindAsync(_bank.Dirk, slug, default))!.Lines.SelectMany(l => l.Endpoints).Select(e => e.Reference.ToString())];
}
