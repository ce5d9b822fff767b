using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Testing;

namespace Marketplace.Core.Tests.Catalog.Publishing;

public sealed class ChangeVersionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("urn:marketplace:control")]
    [InlineData("urn:marketplace:payments:v2:production")]
    [InlineData("urn:marketplace:accounts:v1:production")]
    [InlineData("URN:Marketplace:accounts:v1:production")]
    public async Task An_owner_takes_no_audience_that_another_line_or_the_control_plane_is_known_by(string audience)
    {
        await using var bank = await Bank.OpenAsync(postgres);

        var refused = await ChangeAsync(bank, audience);

        Assert.Equal("audience_reserved", Assert.Single(refused.Problems).Code);
    }

    [Theory]
    [InlineData("urn:marketplace:payments:v1:production")]
    [InlineData("urn:bank:payments")]
    [InlineData("https://payments.bank.example/")]
    public async Task A_line_s_own_audience_and_those_of_nobody_may_be_taken(string audience)
    {
        await using var bank = await Bank.OpenAsync(postgres);
        Assert.True((await ChangeAsync(bank, audience)).Succeeded);
    }

    private static Task<Outcome<ApiVersion>> ChangeAsync(Bank bank, string audience) => bank.Use<ChangeVersion>().ExecuteAsync(
        bank.Olivia,
        new("payments", "v1", Lifecycle.Published, null, "", new Dictionary<string, string>(StringComparer.Ordinal) { ["production"] = audience }),
        default);
}
