using System.Net;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Access.Grants;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>What a client meets whose grant is suspended, whatever enforces it.</summary>
internal static class SuspendedGrant
{
    /// <summary>Suspended, resumed and suspended again; other grants stand.</summary>
    public static async Task IsRefusedUntilItGoesOnAsync(Bank bank, Guid grant, HttpClient payments)
    {
        var suspend = bank.Use<SuspendGrants>();
        Assert.True((await suspend.ExecuteAsync(bank.Olivia, GrantScope.Of(grant), null, "We look into it.", default)).Succeeded);
        await Eventually.HoldsAsync(async () => ReasonOf(await payments.GetAsync("payments/42")) == ReasonCode.GrantSuspended, TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await payments.GetAsync("payments")).StatusCode);
        Assert.True((await suspend.ResumeAsync(bank.Olivia, GrantScope.Of(grant), "It was not them.", default)).Succeeded);
        await Eventually.HoldsAsync(async () => (await payments.GetAsync("payments/42")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(5));
        Assert.True((await suspend.ExecuteAsync(bank.Olivia, GrantScope.Of(grant), null, "It was them.", default)).Succeeded);
        await Eventually.HoldsAsync(async () => ReasonOf(await payments.GetAsync("payments/42")) == ReasonCode.GrantSuspended, TimeSpan.FromSeconds(5));
    }

    public static string? ReasonOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Marketplace-Reason", out var values) ? values.Single() : null;
}
