using System.Text;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog;

/// <summary>A bank whose team payments has published the API <c>cards</c>, v1, and drafted its v2.</summary>
internal static class Cards
{
    public const string V1 = """
        openapi: 3.0.3
        info: {title: Cards, version: "1.4", description: Debit and credit cards of the bank's customers.}
        servers: [{url: https://api.bank/cards/v1}]
        paths:
          /cards:
            get: {operationId: listCards, summary: List the cards of a customer, tags: [Cards]}
            post: {operationId: orderCard, summary: Order a card, tags: [Cards, Ordering]}
          /cards/{cardId}/spending-limits:
            put: {operationId: setSpendingLimits, summary: Change what may be spent, tags: [Limits], deprecated: true}
          /search?by={x}:
            get: {operationId: searchCards, summary: Search}
        """;

    public static async Task<Bank> OpenAsync(PostgresFixture postgres)
    {
        var bank = await Bank.OpenAsync(postgres);
        await bank.Use<CreateApi>().ExecuteAsync(bank.Olivia, new("payments", "cards", "Cards", "Plastic money.", Classification.Restricted), default);
        await PublishAsync(bank, "v1", V1);
        await PublishAsync(bank, "v2", V1.Replace("listCards", "listAllCards", StringComparison.Ordinal), asDraft: true);
        return bank;
    }

    public static async Task<PublishedSpec> PublishAsync(Bank bank, string version, string document, bool asDraft = false)
    {
        var outcome = await bank.Use<PublishSpec>().ExecuteAsync(
            bank.Olivia, new("cards", version, Encoding.UTF8.GetBytes(document), AsDraft: asDraft, OverrideReason: "What breaks is told elsewhere."), default);
        return outcome.Succeeded ? outcome.Value : throw new InvalidOperationException(string.Join("; ", outcome.Problems));
    }
}
