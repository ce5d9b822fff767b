using System.Text;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access.Requests;

/// <summary>The bank with a second API, <c>cards</c> of Carla's team: what one request asks of both is decided by two teams.</summary>
internal static class TwoApis
{
    public static async Task<Bank> OpenAsync(PostgresFixture postgres)
    {
        var bank = await Bank.OpenAsync(postgres);
        var document = """
            {"openapi":"3.0.3","info":{"title":"Cards","version":"1"},"paths":{
              "/cards":{"get":{"operationId":"listCards","tags":["reading"],"responses":{"200":{"description":"."}}}},
              "/cards/{id}":{"get":{"operationId":"getPayment","tags":["reading"],"responses":{"200":{"description":"."}}},
                "delete":{"operationId":"blockCard","responses":{"204":{"description":"."}}}}}}
            """;
        Assert.True((await bank.Use<CreateApi>().ExecuteAsync(bank.Carla, new("channels", "cards", "Cards", "", Classification.Internal), default)).Succeeded);
        Assert.True((await bank.Use<PublishSpec>().ExecuteAsync(bank.Carla, new("cards", "v1", Encoding.UTF8.GetBytes(document)), default)).Succeeded);
        return bank;
    }

    public static AccessRequestInput Input(Bank bank, params string[] endpoints) => new(
        bank.App.ClientId, DeploymentEnvironment.Production, EndpointReference.ByLine(endpoints.Select(e => EndpointReference.Parse(e)!.Value)),
        "Shows cards beside payments.", bank.Clock.GetUtcNow().AddDays(30));

    public static async Task<long> AskAsync(Bank bank, params string[] endpoints)
    {
        var asked = await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, Input(bank, endpoints), default);
        Assert.True(asked.Succeeded, string.Join("; ", asked.Problems));
        return asked.Value;
    }

    public static Task<Outcome<DecidedRequest>> DecideAsync(Bank bank, Actor owner, long number, params OperationDecision[] decisions) =>
        bank.Use<DecideAccessRequest>().ExecuteAsync(owner, number, decisions, default);

    public static Task<Outcome<ApiVersion>> MoveAsync(Bank bank, Actor owner, string api, Lifecycle to) => bank.Use<ChangeVersion>().ExecuteAsync(
        owner, new(api, "v1", to, to is Lifecycle.Deprecated ? bank.Clock.GetUtcNow().AddDays(90) : null, ""), default);
}
