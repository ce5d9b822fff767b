using Marketplace.Core.Access;
using Marketplace.Host.Embedded;
using Marketplace.Testing;

namespace Marketplace.Host.Tests.Drills;

/// <summary>The governance plane is killed after the mail server took an e-mail and before it could write that down.</summary>
public sealed class KilledSenderDrill(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task What_was_being_told_when_the_process_was_killed_is_told_by_the_next_one()
    {
        await using var mail = await MailServerProcess.StartAsync();
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.Database.ExecuteAsync($"update person set email = 'silent-olivia@people.example' where id = '{bank.Olivia.Id}'");
        bank.Clock.Advance(TimeProvider.System.GetUtcNow() - bank.Clock.GetUtcNow());
        var request = (await bank.Use<SubmitAccessRequest>().ExecuteAsync(bank.Dirk, bank.Input("getPayment"), default)).Value;

        await using (var killed = await StartAsync(bank, mail))
        {
            await Eventually.HoldsAsync(() => mail.Received.Count == 1, TimeSpan.FromSeconds(30));
            killed.Process.Signal(Signals.Kill);
            await killed.Process.Exit;
        }
        Assert.Equal("waiting", await StateAsync(bank));
        // Its lease is over.
        await bank.Database.ExecuteAsync("update mail set next_at = now()");

        await using var next = await StartAsync(bank, mail);
        await Eventually.HoldsAsync(async () => await StateAsync(bank) == "sent", TimeSpan.FromSeconds(30));
        Assert.Equal(2, mail.Received.Count);
        Assert.Equal(mail.Received[0].MessageId, mail.Received[1].MessageId);
        Assert.Contains($"/requests/{request}", mail.Received[1].Text, StringComparison.Ordinal);
    }

    private static Task<HostProcess> StartAsync(Bank bank, MailServerProcess mail) => HostProcess.StartAsync(new()
    {
        ConnectionString = bank.Database.ConnectionString,
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Planes"] = "governance",
            ["MARKETPLACE_SMTP_HOST"] = mail.Plain.Host,
            ["MARKETPLACE_SMTP_PORT"] = mail.Plain.Port.ToString(),
            ["MARKETPLACE_SMTP_SECURITY"] = "none",
            ["MARKETPLACE_MAIL_FROM"] = mail.Plain.From,
        },
    });

    private static Task<string?> StateAsync(Bank bank) => bank.Database.ScalarAsync<string>($"select state from mail where person_id = '{bank.Olivia.Id}'");
}
