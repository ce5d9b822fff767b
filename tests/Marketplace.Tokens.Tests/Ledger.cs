using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Core.Catalog;
using Marketplace.Core.People;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tokens.Tests;

/// <summary>Beside the bank's payments an API <c>ledger</c> v1 of team channels, which the payments service calls on behalf of its callers.</summary>
internal static class Ledger
{
    public const string Production = "urn:marketplace:ledger:v1:production";
    public const string Sandbox = "urn:marketplace:ledger:v1:sandbox";

    private static readonly string[] Operations = ["readEntry", "bookEntry", "closeDay"];

    public static async Task AddAsync(Bank bank)
    {
        await using var db = await bank.OpenAsync();
        var team = await db.Teams.SingleAsync(t => t.Name == "channels");
        var api = new Api { Name = "ledger", Title = "Ledger", Summary = "", TeamId = team.Id, Classification = Classification.Internal, CreatedAt = bank.Clock.GetUtcNow() };
        var version = new ApiVersion { ApiId = api.Id, Version = "v1", Lifecycle = Lifecycle.Published, BasePath = "", Revision = 1, NextBitIndex = 3, CreatedAt = bank.Clock.GetUtcNow() };
        version.Operations.AddRange(Operations.Select((key, i) => new Operation
        {
            ApiVersionId = version.Id,
            Key = key,
            OperationId = key,
            BitIndex = i,
            Method = "GET",
            Path = "/" + key,
            Summary = key,
            Description = "",
            Tags = [],
            Deprecated = false,
            AddedIn = 1,
        }));
        version.Audiences.AddRange(new[] { "sandbox", "production" }.Select(e => new Audience { ApiVersionId = version.Id, Environment = e, Uri = $"urn:marketplace:ledger:v1:{e}" }));
        db.AddRange(api, version);
        await db.SaveChangesAsync();
    }

    public static async Task<RegisteredApplication> RegisterAsync(Bank bank, string team, Actor actor, string name) =>
        (await bank.Use<RegisterApplication>().ExecuteAsync(actor, new(team, name, ""), default)).Value!;

    /// <summary>Carla, who owns the ledger, approves.</summary>
    public static async Task GrantAsync(Bank bank, Actor asker, RegisteredApplication application, string environment, params string[] operations)
    {
        var input = bank.Input(operations) with { ClientId = application.ClientId, Lines = [new("ledger", "v1", operations)], Environment = environment };
        var number = await bank.Use<SubmitAccessRequest>().ExecuteAsync(asker, input, default);
        // Nobody decides on what he asked for himself.
        Assert.True(number.Succeeded, string.Join("; ", number.Problems));
        var decided = await bank.Use<DecideAccessRequest>().ExecuteAsync(bank.Carla, number.Value, [.. operations.Select(o => new OperationDecision(o, true, null))], default);
        Assert.True(decided.Succeeded, string.Join("; ", decided.Problems));
    }
}
