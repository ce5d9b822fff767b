using Marketplace.Core.Access.Requests.Refused;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Access.Requests;

public sealed class RefusedCallTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_refusal_leads_to_the_request_that_would_mend_it()
    {
        await using var bank = await TwoApis.OpenAsync(postgres);
        await bank.Database.ExecuteAsync("update api_version set base_path = '/bank' where id = '" + bank.Payments.Id + "'");
        var reader = bank.Use<RefusedCallReader>();
        var call = new RefusedCall(bank.App.ClientId, "urn:marketplace:payments:v1:sandbox", null, null, null, "getPayment", null, null);
        var answer = new AnswerToRefusal("payments", "v1", "sandbox", bank.App.ClientId, "getPayment", null);

        Assert.Equal(answer, await reader.FindAsync(bank.Dirk, call, default));
        // A gateway knows method and path; a log may know the line by name.
        Assert.Equal(answer, await reader.FindAsync(bank.Dirk, call with { Operation = null, Method = "GET", Path = "/bank/payments/42?full=true" }, default));
        Assert.Equal(
            answer with { Environment = "production", Operation = "cancelPayment" },
            await reader.FindAsync(bank.Dirk, new(bank.App.ClientId, null, "payments", "v1", null, null, "DELETE", "/bank/payments/42"), default));
        // No endpoint is guessed.
        foreach (var unknown in new[] { call with { Operation = "nope" }, call with { Operation = null, Method = "PATCH", Path = "/bank/payments/42" }, call with { Operation = null, Method = "GET", Path = "/bank/Payments/42" } })
            Assert.Equal(answer with { Operation = null, Find = unknown.Path ?? "nope" }, await reader.FindAsync(bank.Dirk, unknown, default));
        Assert.Null(await reader.FindAsync(bank.Dirk, call with { Audience = "urn:marketplace:nothing" }, default));
        await bank.Database.ExecuteAsync("update api_version set lifecycle = 'draft'");
        Assert.Null(await reader.FindAsync(bank.Dirk, call, default));
    }
}
