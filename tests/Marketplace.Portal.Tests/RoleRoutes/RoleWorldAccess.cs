using Marketplace.Core.Access;
using Marketplace.Core.Access.Approval.Absences;
using Marketplace.Core.Access.Approval.Policies;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Access.Requests.Drafts;
using Marketplace.Core.Access.Requests.Templates;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Catalog;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Tests.RoleRoutes;

/// <summary>Applications, requests, who decides, plans, grants and their review.</summary>
public sealed partial class RoleWorld
{
    private string? _sandboxApplication;
    private (string ClientId, Guid Grant, long Narrowing)? _reviewed;
    private string? _plan;

    public async Task<string> ApplicationAsync() =>
        Done(await Bank.Use<RegisterApplication>().ExecuteAsync(Bank.Dirk, new("channels", Fresh("Service"), ""), default)).ClientId;

    public async Task<string> StoppedApplicationAsync()
    {
        var application = await ApplicationAsync();
        Done(await Bank.Use<DisableApplication>().ExecuteAsync(Bank.Dirk, application, true, "Incident.", default));
        return application;
    }

    public async Task<(string ClientId, Guid Id)> CredentialAsync()
    {
        var application = await ApplicationAsync();
        return (application, Done(await Bank.Use<AddCredential>().ExecuteAsync(Bank.Dirk, new(application, "another"), default)).Id);
    }

    /// <summary>As if the credential's keys had been fetched from a URL, which is not due again.</summary>
    public async Task<(string ClientId, Guid Id)> KeySetAsync()
    {
        var (application, id) = await CredentialAsync();
        var now = Bank.Clock.GetUtcNow();
        await using var db = await Bank.OpenAsync();
        db.Add(new ClientKeySet { CredentialId = id, Url = "https://localhost/keys", Keys = "{}", FetchedAt = now, CheckedAt = now, NextAt = DateTimeOffset.MaxValue });
        await db.SaveChangesAsync();
        return (application, id);
    }

    public async Task<long> RequestAsync() => Done(await Bank.Use<SubmitAccessRequest>().ExecuteAsync(
        Bank.Dirk, new(await ApplicationAsync(), "payments", "v1", "sandbox", ["listPayments"], "To show payments.", Bank.Clock.GetUtcNow().AddDays(9)), default));

    /// <summary>Of Dirk, who has no other then.</summary>
    public async Task<long> DraftAsync()
    {
        await Bank.Database.ExecuteAsync("delete from access_draft");
        return Done(await Bank.Use<EditDraft>().SaveAsync(
            Bank.Dirk, null, new([new("payments", "v1", "listPayments")], await ApplicationAsync(), "sandbox", "To show payments.", new DateOnly(2026, 2, 1)), default));
    }

    /// <summary>Of team payments.</summary>
    public async Task<string> TemplateAsync() => Done(await Bank.Use<WriteTemplate>().PutAsync(
        Bank.Olivia, Fresh("template"), new("Reading cards", "", [new("cards", "v1", [], ["GET"], null)]), default));

    public async Task<Guid> GrantAsync()
    {
        var number = await RequestAsync();
        Done(await Bank.Use<DecideAccessRequest>().ExecuteAsync(Bank.Oscar, number, [new("listPayments", true, null)], default));
        await using var db = await Bank.OpenAsync();
        return await db.Grants.Where(g => db.AccessRequests.Any(r => r.Number == number && r.Items.Any(i => i.Id == g.AccessRequestItemId)))
            .Select(g => g.Id).SingleAsync();
    }

    /// <summary>An application of team channels with a grant in the sandbox.</summary>
    public async Task<string> SandboxApplicationAsync()
    {
        if (_sandboxApplication is { } made)
            return made;
        var grant = await GrantAsync();
        await using var db = await Bank.OpenAsync();
        return _sandboxApplication = await db.Grants.Where(g => g.Id == grant).Select(g => g.Application!.ClientId).SingleAsync();
    }

    /// <summary>A campaign about one grant of team channels to the API of team payments.</summary>
    public async Task<(long Number, Guid Grant)> CampaignAsync()
    {
        var (application, grant, _) = await ReviewedAsync();
        return (Done(await Bank.Use<OpenCampaign>().ExecuteAsync(
            Bank.Olivia, new(Fresh("Review"), new(Api: "payments", Application: application), Bank.Clock.GetUtcNow().AddDays(9)), default)), grant);
    }

    /// <summary>That its team was asked to give up, and has not answered.</summary>
    public async Task<(string ClientId, long Number)> NarrowingAsync()
    {
        var (application, _, number) = await ReviewedAsync();
        await Bank.Database.ExecuteAsync("update narrowing_request set answer = null, answered_by = null, answered_at = null, reason = null");
        return (application, number);
    }

    public async Task<(string ClientId, Guid Grant, long Narrowing)> ReviewedAsync()
    {
        if (_reviewed is { } made)
            return made;
        var grant = await GrantAsync();
        var request = Guid.CreateVersion7();
        await Bank.Database.ExecuteAsync(
            $"""
            insert into narrowing_request (id, application_id, api_version_id, environment, asked_by, asked_at)
            select '{request}', application_id, api_version_id, environment, '{Bank.Olivia.Id}', now() from access_grant where id = '{grant}';
            insert into narrowing_item values ('{request}', '{grant}')
            """);
        await using var db = await Bank.OpenAsync();
        var client = await db.Grants.Where(g => g.Id == grant).Select(g => g.Application!.ClientId).SingleAsync();
        _reviewed = (client, grant, await db.NarrowingRequests.Where(r => r.Id == request).Select(r => r.Number).SingleAsync());
        return _reviewed.Value;
    }

    /// <summary>The one that all rows share, as they leave it: an API has at most a few.</summary>
    public async Task<string> PlanAsync() =>
        _plan ??= Done(await Bank.Use<WritePlan>().AddAsync(Bank.Olivia, "cards", new("Usual", "", ["sandbox"], [], false, new(Rate: 5, Per: 1)), default));

    /// <summary>For an owner of payments, who is not away yet; whom no column stands for gives the approvals.</summary>
    public async Task<object> NewAbsenceAsync()
    {
        await Bank.Database.ExecuteAsync("update absence set ended_at = now()");
        return new { @delegate = await People.PaymentsMemberAsync(), from = Bank.Clock.GetUtcNow(), until = Bank.Clock.GetUtcNow().AddDays(3) };
    }

    public async Task<Call> AbsenceFormAsync()
    {
        await NewAbsenceAsync();
        var today = Bank.Clock.GetUtcNow().ToString("yyyy-MM-dd");
        return new(HttpMethod.Post, "/me/absences", Form: [("delegate", await People.PaymentsMemberAsync()), ("from", today), ("until", today)]);
    }

    public async Task<Guid> AbsenceAsync()
    {
        await NewAbsenceAsync();
        return Done(await Bank.Use<EntrustApprovals>().BeginAsync(Bank.Olivia, new(await People.PaymentsMemberAsync(), Bank.Clock.GetUtcNow(), Bank.Clock.GetUtcNow().AddDays(3)), default));
    }

    public string PolicyText() => $"# {Fresh("policy")}\notherwise then owner\nbreak glass for confidential in production up to 4 hours\n";

    /// <summary>Written by somebody whom no column stands for.</summary>
    public async Task<int> PolicyAsync() => Done(await Bank.Use<WriteApprovalPolicy>().ExecuteAsync(SecondOfficer, new(PolicyText(), "For a row."), default));

    public async Task<int> TriedPolicyAsync()
    {
        var number = await PolicyAsync();
        Done(await Bank.Use<TryApprovalPolicy>().ExecuteAsync(SecondOfficer, number, default));
        return number;
    }
}
