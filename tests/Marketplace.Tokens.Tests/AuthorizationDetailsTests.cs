using Marketplace.Contracts.Policy;
using Marketplace.Testing;

namespace Marketplace.Tokens.Tests;

/// <summary>RFC 9396 with its one type, which asks for operations.</summary>
public sealed class AuthorizationDetailsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Type = "\"type\":\"urn:marketplace:operations\"";

    [Fact]
    [Standard("RFC 9396 §7")]
    [Standard("RFC 9396 §9.1")]
    public async Task Section_7_and_9_1_what_was_granted_is_in_the_answer_and_in_the_token()
    {
        await using var bank = await GrantedAsync();
        await using var server = await TokenServer.StartAsync(bank);
        var answer = await AskAsync(server, bank, $$"""[{{{Type}},"actions":["getPayment"]}]""");
        const string granted = """[{"type":"urn:marketplace:operations","locations":["urn:marketplace:payments:v1:production"],"actions":["getPayment"]}]""";
        Assert.Equal(granted, answer.Body.GetProperty("authorization_details").GetRawText());
        Assert.Equal(granted, answer.Claims.GetProperty("authorization_details").GetRawText());
        Assert.Equal("getPayment", answer.Claims.GetProperty("scope").GetString());
        Assert.Equal(OperationBitmap.Of(2).ToString(), answer.Claims.GetProperty("ops").GetString());
    }

    [Fact]
    [Standard("RFC 9396 §2.2")]
    public async Task Section_2_2_a_location_names_the_resource_and_several_objects_add_up()
    {
        await using var bank = await GrantedAsync();
        await using var server = await TokenServer.StartAsync(bank);
        var two = await AskAsync(server, bank,
            $$"""[{{{Type}},"locations":["{{TokenServer.Production}}"],"actions":["getPayment"]},{{{Type}},"actions":["createPayment","getPayment"]}]""");
        Assert.Equal("createPayment getPayment", two.Claims.GetProperty("scope").GetString());
        // §3: scope and details are asked for in combination.
        var both = await AskAsync(server, bank, $$"""[{{{Type}},"actions":["getPayment"]}]""", ("scope", "createPayment"));
        Assert.Equal("createPayment getPayment", both.Claims.GetProperty("scope").GetString());
        var same = await AskAsync(server, bank, $$"""[{{{Type}},"locations":["{{TokenServer.Production}}"],"actions":["getPayment"]}]""", ("resource", TokenServer.Production));
        Assert.Equal(200, same.Status);
    }

    [Fact]
    [Standard("RFC 9396 §5")]
    public async Task Section_5_whatever_is_unknown_missing_or_wrong_is_refused()
    {
        await using var bank = await GrantedAsync();
        await using var server = await TokenServer.StartAsync(bank);
        string[] wrong =
        [
            """[{"type":"payment_initiation","actions":["getPayment"]}]""",
            """[{"actions":["getPayment"]}]""",
            """[{"type":7,"actions":["getPayment"]}]""",
            $$"""[{{{Type}}}]""",
            $$"""[{{{Type}},"actions":[]}]""",
            $$"""[{{{Type}},"actions":"getPayment"}]""",
            $$"""[{{{Type}},"actions":["nope"]}]""",
            $$"""[{{{Type}},"actions":["cancelPayment"]}]""",
            $$"""[{{{Type}},"actions":["getPayment","cancelPayment"]}]""",
            $$"""[{{{Type}},"actions":["getPayment",7]}]""",
            $$"""[{{{Type}},"actions":["getPayment"],"privileges":["admin"]}]""",
            $$"""[{{{Type}},"actions":["getPayment"],"actions":["createPayment"]}]""",
            $$"""[{{{Type}},"actions":["getPayment"],"locations":[]}]""",
            $$"""[{{{Type}},"actions":["getPayment"],"locations":["urn:a","urn:b"]}]""",
            $$"""[{{{Type}},"actions":["getPayment"]},{"type":"another"}]""",
            $$"""{{{Type}},"actions":["getPayment"]}""",
            $$"""[{{{Type}},"actions":["getPayment"]}],"more":[]""",
            $$"""[{{{Type}},"actions":["getPayment"]}]}{""",
            "[]", "[7]", "7", "x",
        ];
        foreach (var details in wrong)
            Assert.Equal((details, "invalid_authorization_details", 400), (details, (await AskAsync(server, bank, details)).Error, 400));
        var other = await AskAsync(server, bank, $$"""[{{{Type}},"locations":["{{TokenServer.Production}}"],"actions":["getPayment"]}]""", ("resource", "urn:marketplace:payments:v1:sandbox"));
        Assert.Equal("invalid_authorization_details", other.Error);
        var control = await AskAsync(server, bank, $$"""[{{{Type}},"actions":["snapshots"]}]""", ("resource", TokenPlaneOptions.ControlAudience));
        Assert.Equal("invalid_authorization_details", control.Error);
    }

    private static Task<TokenAnswer> AskAsync(TokenServer server, Bank bank, string details, params (string, string)[] more) =>
        server.PostAsync(bank.App.ClientId, bank.App.Secret, [("grant_type", "client_credentials"), ("authorization_details", details), .. more]);

    private async Task<Bank> GrantedAsync()
    {
        var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("getPayment", "createPayment");
        return bank;
    }
}
