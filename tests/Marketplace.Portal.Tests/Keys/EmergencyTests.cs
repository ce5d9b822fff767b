using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Keys;

/// <summary>The one command of an emergency, through all planes.</summary>
public sealed class EmergencyTests(SharedBankApp shared) : IClassFixture<SharedBankApp>
{
    [Fact]
    public async Task A_compromised_key_leaves_the_key_set_within_seconds_of_one_command()
    {
        var app = shared.App;
        var sven = await app.ProgramOfAsync(app.Bank.SecurityOfficer);
        await Eventually.HoldsAsync(async () => (await KeysAsync(sven)).Count == 2, TimeSpan.FromSeconds(10));
        var before = await KeysAsync(sven);
        Assert.Equal(["active", "standby"], before.Select(key => key.State));

        var answer = await sven.PostAsJsonAsync("/api/v1/signing-keys/rotation", new NewKeyRotationBody("Found in a log.", Compromised: true));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);

        await Eventually.HoldsAsync(
            async () => !(await sven.GetStringAsync("/.well-known/jwks.json")).Contains(before[0].Kid, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        var after = await KeysAsync(sven);
        Assert.Equal(["active", "standby", "gone"], after.Select(key => key.State));
        Assert.Equal((before[1].Kid, before[0].Kid), (after[0].Kid, after[2].Kid));
    }

    [Fact]
    public async Task The_page_shows_every_key_and_says_who_may_not_replace_one()
    {
        var app = shared.App;
        var sven = await app.ProgramOfAsync(app.Bank.SecurityOfficer);
        await Eventually.HoldsAsync(async () => (await KeysAsync(sven)).Count >= 2, TimeSpan.FromSeconds(10));

        var officer = await (await app.BrowserOfAsync(app.Bank.SecurityOfficer)).Client.GetStringAsync("/signing-keys");
        var auditor = await (await app.BrowserOfAsync(app.Bank.Auditor)).Client.GetStringAsync("/signing-keys");
        foreach (var key in await KeysAsync(sven))
        {
            Assert.Contains(key.Kid, officer, StringComparison.Ordinal);
            Assert.Contains(key.Kid, auditor, StringComparison.Ordinal);
        }
        Assert.Contains("Replace the key", officer, StringComparison.Ordinal);
        Assert.DoesNotContain("Replace the key", auditor, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<SigningKeyBody>> KeysAsync(HttpClient program) =>
        (await program.GetFromJsonAsync<SigningKeysBody>("/api/v1/signing-keys"))!.Keys;
}
