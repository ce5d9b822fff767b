using Marketplace.Core.Policy;
using Marketplace.Testing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Core.Tests.Policy;

public sealed class PolicyLogTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_reader_that_follows_the_head_never_skips_a_revision()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var start = await bank.Database.ScalarAsync<long>("select revision from policy_head");
        using var done = new CancellationTokenSource();
        var seen = new List<long>();
        var reader = Task.Run(async () =>
        {
            var last = start;
            while (last < start + 40)
            {
                await using var db = await bank.OpenAsync();
                var fresh = await db.PolicyChanges.Where(c => c.Revision > last).OrderBy(c => c.Revision).Select(c => c.Revision).ToListAsync();
                seen.AddRange(fresh);
                last = fresh.LastOrDefault(last);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => WriteAsync(bank, i)));
        await reader.WaitAsync(Busy.Allow(TimeSpan.FromSeconds(30)));

        Assert.Equal(Enumerable.Range(1, 40).Select(i => start + i), seen);
    }

    [Fact]
    public async Task A_change_that_is_rolled_back_leaves_no_gap()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var before = await bank.Database.ScalarAsync<long>("select revision from policy_head");
        await using (var db = await bank.OpenAsync())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await PolicyLog.AppendAsync(db, bank.Clock.GetUtcNow(), [new(PolicyChangeKind.Published)], default);
        }

        await WriteAsync(bank, 0);

        Assert.Equal(before + 1, await bank.Database.ScalarAsync<long>("select max(revision) from policy_change"));
    }

    [Fact]
    public async Task A_change_outside_a_transaction_is_a_fault()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await using var db = await bank.OpenAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => PolicyLog.AppendAsync(db, bank.Clock.GetUtcNow(), [new(PolicyChangeKind.Published)], default));
    }

    private static async Task WriteAsync(Bank bank, int i)
    {
        await using var db = await bank.OpenAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlAsync($"select pg_sleep({i % 5 * 0.003})");
        await PolicyLog.AppendAsync(db, bank.Clock.GetUtcNow(), [new(PolicyChangeKind.Granted, bank.Payments.Id, "production")], default);
        await transaction.CommitAsync();
    }
}
