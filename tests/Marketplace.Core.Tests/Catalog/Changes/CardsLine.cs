using System.Text;
using Marketplace.Core.Access;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.People;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Changes;

/// <summary>A published line <c>cards</c> v1 of team payments; Dirk's application of team channels may call some of it.</summary>
internal static class CardsLine
{
    public const string One = """
        {"openapi":"3.0.3","info":{"title":"Cards","version":"1"},"paths":{
          "/cards":{"get":{"operationId":"listCards","responses":{"200":{"description":"ok"}}},"post":{"operationId":"orderCard","responses":{"201":{"description":"ok"}}}},
          "/cards/{id}":{"get":{"operationId":"getCard","responses":{"200":{"description":"ok"}}}}}}
        """;

    public static readonly string WithoutGetCard = One.Replace(
        """
        }}}},
          "/cards/{id}":{"get":{"operationId":"getCard","responses":{"200":{"description":"ok"}}}}}}
        """, "}}}}}}", StringComparison.Ordinal);

    public static readonly string WithMore = One.Replace("\"/cards/{id}\":{", "\"/cards/{id}\":{\"delete\":{\"operationId\":\"blockCard\",\"responses\":{}},", StringComparison.Ordinal);

    public static async Task<Bank> OpenAsync(PostgresFixture postgres)
    {
        var bank = await Bank.OpenAsync(postgres);
        await bank.Use<CreateApi>().ExecuteAsync(bank.Olivia, new("payments", "cards", "Cards", "Plastic.", Classification.Internal), default);
        Assert.True((await PublishAsync(bank, One)).Succeeded);
        return bank;
    }

    public static Task<Outcome<PublishedSpec>> PublishAsync(Bank bank, string document, string? reason = null, string version = "v1", Actor? by = null, bool draft = false) =>
        bank.Use<PublishSpec>().ExecuteAsync(by ?? bank.Olivia, new("cards", version, Encoding.UTF8.GetBytes(document), AsDraft: draft, OverrideReason: reason), default);

    public static Task<Outcome<Comparison>> CompareAsync(Bank bank, Actor actor, string document, string version = "v1") =>
        bank.Use<CompareSpec>().ExecuteAsync(actor, "cards", version, Encoding.UTF8.GetBytes(document), default);

    public static async Task GrantAsync(Bank bank, string clientId, Actor by, string environment, params string[] operations)
    {
        var asked = await bank.Use<SubmitAccessRequest>().ExecuteAsync(
            by, new(clientId, "cards", "v1", environment, operations, "Shows cards to customers.", bank.Clock.GetUtcNow().AddDays(30)), default);
        Assert.True(asked.Succeeded, string.Join("; ", asked.Problems));
        var decided = await bank.Use<DecideAccessRequest>().ExecuteAsync(
            bank.Oscar, asked.Value, [.. operations.Select(o => new OperationDecision(o, true, null))], default);
        Assert.True(decided.Succeeded, string.Join("; ", decided.Problems));
    }
}
