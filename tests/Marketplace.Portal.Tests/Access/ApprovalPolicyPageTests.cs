using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Testing;

namespace Marketplace.Portal.Tests.Access;

/// <summary>The way of a policy, over the REST API as a pipeline goes it and through the pages as people do.</summary>
public sealed class ApprovalPolicyPageTests(SharedBankApp shared) : IClassFixture<SharedBankApp>
{
    private const string Text = "rule \"Reads\" when method = GET and environment = sandbox then automatic\notherwise then owner, security_officer\ntest \"reads\": method = GET, environment = sandbox expects automatic\ntest \"rest\": method = POST expects owner, security_officer\n";

    [Fact]
    public async Task A_pipeline_checks_a_text_and_one_person_writes_what_another_puts_into_effect()
    {
        var bank = shared.App.Bank;
        await bank.RequestAsync("getPayment", "createPayment");
        var (sven, ada) = (await shared.App.ProgramOfAsync(bank.SecurityOfficer), await shared.App.ProgramOfAsync(bank.Admin));

        var bad = await (await sven.PostAsJsonAsync("/api/v1/approval-policies/check", new CheckApprovalPolicyBody("rule \"A\" when metod = GET then owner"))).Content.ReadFromJsonAsync<CheckedApprovalPolicyBody>();
        Assert.Equal((false, new PolicyFaultBody(1, 15, "`metod` is not a fact. Did you mean `method`?"), null), (bad!.MayTakeEffect, Assert.Single(bad.Faults), bad.DryRun));
        var good = await (await sven.PostAsJsonAsync("/api/v1/approval-policies/check", new CheckApprovalPolicyBody(Text))).Content.ReadFromJsonAsync<CheckedApprovalPolicyBody>();
        Assert.Equal((true, 2, 2, 2), (good!.MayTakeEffect, good.Cases.Count(c => c.Holds), good.DryRun!.Endpoints, good.DryRun.Stricter));

        var written = await sven.PostAsJsonAsync("/api/v1/approval-policies", new NewApprovalPolicyBody(Text, "Two people."));
        var number = (await written.Content.ReadFromJsonAsync<ApprovalPolicyBody>())!.Number;
        Assert.Equal($"/api/v1/approval-policies/{number}", written.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await sven.PostAsync($"/api/v1/approval-policies/{number}/dry-run", null)).StatusCode);
        var own = await sven.PostAsJsonAsync($"/api/v1/approval-policies/{number}/effect", new ApprovalPolicyEffectBody("Mine."));
        Assert.Equal((422, "own_policy"), ((int)own.StatusCode, (await own.Content.ReadFromJsonAsync<ProblemBody>())!.Code));
        var done = await (await ada.PostAsJsonAsync($"/api/v1/approval-policies/{number}/effect", new ApprovalPolicyEffectBody("Agreed."))).Content.ReadFromJsonAsync<ApprovalPolicyBody>();
        Assert.Equal((true, "Sven Security", "Anna Admin"), (done!.InEffect, done.WrittenBy, done.LastPutBy));

        var page = await (await shared.App.BrowserOfAsync(bank.Dirk)).PageAsync("/approval-policies");
        Assert.Equal($"In effect: approval policy {number}", page.QuerySelector("#now")!.TextContent);
        Assert.Equal("method = GET and environment = sandbox", page.QuerySelector("td code")!.TextContent);
    }
}
