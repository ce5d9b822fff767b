using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.People;

namespace Marketplace.Portal.Tests.Rest;

public sealed class AuditRestTests(SharedBankApp shared) : IClassFixture<SharedBankApp>
{
    [Fact]
    public async Task Both_sides_see_what_was_done_to_a_grant_and_a_stranger_does_not()
    {
        var app = shared.App;
        await app.Bank.GrantAsync("listPayments");
        var grant = Assert.Single(await app.Bank.GrantsAsync());
        await app.Bank.Use<EndGrants>().ExecuteAsync(app.Bank.Olivia, GrantScope.Of(grant.Id), null, "Fraud case 7.", default);

        foreach (var person in new[] { app.Bank.Dirk, app.Bank.Carla, app.Bank.Oscar, app.Bank.Auditor })
        {
            var seen = Assert.Single(await RevocationsSeenByAsync(app, person));
            Assert.Equal(("Olivia Owner", "Fraud case 7.", "grant", grant.Id.ToString()), (seen.Actor, seen.Reason, seen.SubjectKind, seen.SubjectId));
        }

        Assert.Empty(await RevocationsSeenByAsync(app, app.Bank.Stranger));
    }

    [Fact]
    public async Task An_application_that_is_another_teams_stays_out_of_sight()
    {
        var app = shared.App;
        Assert.Contains(await SeenByAsync(app, app.Bank.Carla, "application.registered"), e => e.Subject == app.Bank.App.ClientId);
        Assert.Empty(await SeenByAsync(app, app.Bank.Olivia, "application.registered"));
    }

    private static Task<IReadOnlyList<AuditEventBody>> RevocationsSeenByAsync(BankApp app, Actor person) => SeenByAsync(app, person, "grant.revoked");

    private static async Task<IReadOnlyList<AuditEventBody>> SeenByAsync(BankApp app, Actor person, string action)
    {
        var client = await app.ProgramOfAsync(person);
        return (await client.GetFromJsonAsync<PageBody<AuditEventBody>>($"/api/v1/audit-events?action={action}"))!.Items;
    }
}
