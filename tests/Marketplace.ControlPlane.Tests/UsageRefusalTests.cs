using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;
using Marketplace.Core.Access;
using Marketplace.Core.Applications;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>What of the reports of data planes does not count, and what is kept within bounds.</summary>
public sealed class UsageRefusalTests(PostgresFixture postgres) : UsageCase(postgres)
{
    [Fact]
    public async Task What_is_forged_or_oversized_is_refused_with_a_reason_and_counted_for_administrators()
    {
        Assert.Equal("400 counts_invalid", await RefusalAsync(1, Row(0, 5) with { Count = -5 }));
        Assert.Equal("400 minute_in_future", await RefusalAsync(1, Row(0, 5) with { Minute = Minute + 600 }));
        Assert.Equal("413 report_too_large", await RefusalAsync(1, [.. Enumerable.Repeat(Row(0, 1), UsageLimits.MaxRows + 1)]));
        using (var huge = await Http.PostAsync("/" + UsageReport.Path, new ByteArrayContent(new byte[UsageLimits.MaxBytes + 1])))
            Assert.Equal(413, (int)huge.StatusCode);
        using (var chunked = new HttpRequestMessage(HttpMethod.Post, "/" + UsageReport.Path) { Content = new ByteArrayContent(new byte[UsageLimits.MaxBytes + 1]) })
        {
            chunked.Headers.TransferEncodingChunked = true;
            using var answer = await Http.SendAsync(chunked);
            Assert.Equal(413, (int)answer.StatusCode);
        }

        Assert.Equal("404 not_found", await RefusalAsync(1, [Row(0, 1)], api: "nothing"));
        using (var stranger = await ClientAsync(Bank.App))
            Assert.Equal("403 not_the_owner", await RefusalAsync(1, [Row(0, 1)], through: stranger));
        var sandbox = (await Bank.Use<RegisterApplication>().ExecuteAsync(Bank.Olivia, new("payments", "Sandbox only", "", Environment: "sandbox"), default)).Value!;
        using (var elsewhere = await ClientAsync(sandbox))
            Assert.Equal("403 token_environment", await RefusalAsync(1, [Row(0, 1)], through: elsewhere));
        using (var nobody = new HttpClient { BaseAddress = new Uri(Server.Address) })
            Assert.Equal("401 token_missing", await RefusalAsync(1, [Row(0, 1)], through: nobody));
        // What a restored database does not know is left out; the rest of an honest report counts.
        Assert.Equal((200, 1, 3), await ReportAsync(1, Row(0, 1), Row(99, 1), Row(0, 1) with { Client = "nobody" },
            Row(null, 1) with { Client = "nobody", Decision = "let_through", Reason = ReasonCode.OperationUnknown, Method = "GET", Path = "/x" }));

        Assert.Equal(1, await TotalAsync());
        Assert.Equal(0, await Bank.Database.ScalarAsync<long>("select count(*) from unmatched_call"));
        const string Refused = "select string_agg(concat_ws(' ', case client_id when '' then 'nobody' else 'somebody' end, reason, count), ', ' order by reason) from control_refusal where kind = 'usage'";
        await Eventually.HoldsAsync(
            async () => await Bank.Database.ScalarAsync<string>(Refused) ==
                "somebody counts_invalid 1, somebody minute_in_future 1, somebody not_found 1, somebody not_the_owner 1, somebody report_too_large 3, somebody rows_ignored 1, somebody token_environment 1, nobody token_missing 1",
            TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Who_reports_too_often_is_told_to_wait()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Usage.UsageRate.Burst + 5).Select(i => RefusalAsync(i + 1, [Row(0, -1)], instance: "hasty")));

        Assert.Equal(Usage.UsageRate.Burst, answers.Count(answer => answer == "400 counts_invalid"));
        Assert.Equal(5, answers.Count(answer => answer == "429 reports_too_often"));
        Assert.Equal("400 counts_invalid", await RefusalAsync(1, [Row(0, -1)], instance: "calm"));
    }

    [Fact]
    public async Task What_no_operation_matched_is_kept_by_path_as_far_as_there_is_room()
    {
        var rows = Enumerable.Range(0, 600).Select(i => Row(null, i + 1) with
        {
            Decision = "let_through", Reason = ReasonCode.OperationUnknown, Method = "GET", Path = $"/old/{i}",
        }).ToArray();
        Assert.Equal((200, 600, 0), await ReportAsync(1, rows));
        Assert.Equal((200, 600, 0), await ReportAsync(2, rows));

        // The busiest of them, and once there still counted.
        Assert.Equal("250 /old/599 1200", await Bank.Database.ScalarAsync<string>(
            "select count(*) || ' ' || (select path || ' ' || count from unmatched_call order by count desc limit 1) from unmatched_call"));
        Assert.Equal(600 * 601, await TotalAsync());
    }

    [Fact]
    public async Task Paths_that_strangers_invent_leave_room_for_those_of_applications()
    {
        var row = Row(null, 1_000) with { Client = null, Decision = "let_through", Reason = ReasonCode.TokenMissing, Method = "GET" };
        await ReportAsync(1, [.. Enumerable.Range(0, 600).Select(i => row with { Path = $"/junk/{i}" })]);
        await ReportAsync(2, [.. Enumerable.Range(0, 600).Select(i => Row(null, 1) with { Decision = "let_through", Reason = ReasonCode.OperationUnknown, Method = "GET", Path = $"/old/{i}" })]);

        Assert.Equal("250 250", await Bank.Database.ScalarAsync<string>(
            "select count(*) filter (where client_id = '') || ' ' || count(*) filter (where client_id <> '') from unmatched_call"));
    }

    [Fact]
    public async Task Who_sends_slowly_keeps_nobody_else_from_reporting()
    {
        using var end = new CancellationTokenSource();
        using var other = await ClientAsync(await PlaneServer.RegisterAsync(Bank, Bank.Olivia, "payments", "Another service"));
        var slow = Enumerable.Range(0, 80).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/" + UsageReport.Path) { Content = new StreamContent(new Stalled()) };
            request.Headers.Add(ControlAddress.InstanceHeader, $"slow-{i}");
            request.Headers.ExpectContinue = true;
            try
            {
                using var answer = await Http.SendAsync(request, end.Token);
                return (int)answer.StatusCode;
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
        }).ToList();
        await Eventually.HoldsAsync(() => Task.FromResult(slow.Count(s => s.IsCompleted) >= 16), TimeSpan.FromSeconds(5));

        Assert.Equal(200, (await ReportAsync(1, [Row(0, 1)], other)).Status);
        await end.CancelAsync();
        Assert.Contains(503, await Task.WhenAll(slow));
    }

    /// <summary>A body that begins and does not end.</summary>
    private sealed class Stalled : MemoryStream
    {
        private bool hasBegun;

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!hasBegun)
            {
                hasBegun = true;
                return buffer.Length;
            }

            await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
            return 0;
        }
    }
}
