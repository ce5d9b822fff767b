using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;
using Marketplace.ControlPlane.Pullers;
using Marketplace.ControlPlane.Refusals;
using Marketplace.ControlPlane.Snapshots;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Marketplace.ControlPlane.Usage;

/// <summary>
/// Takes what a data plane counted, and answers once it is written. Only applications of the team that owns a line report
/// its calls: who lies, lies about the calls of its own API and nobody else's.
/// </summary>
internal sealed class UsageEndpoint(
    ControlDoor door, UsageRate rate, UsageIntake intake, RefusalTally refusals, TimeProvider clock, IHostApplicationLifetime host)
{
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(10);
    private readonly ReadingRoom room = new();

    public async Task HandleAsync(HttpContext context)
    {
        if (await door.EnterAsync(context) is not { } caller)
            return;
        var instance = Instance(context);
        if (!rate.MayReport(caller.ClientId, instance))
            await LaterAsync(context, 429, "reports_too_often", "Report every ten seconds; what was counted meanwhile goes into one report.", 10);
        else if (context.Request.ContentLength > UsageLimits.MaxBytes)
            await ControlDoor.RefuseAsync(context, 413, UsageRefusal.TooLarge, UsageRefusal.TooLargeDetail);
        else if (await ReadAsync(context, caller.ClientId) is { } body)
            await JudgeAsync(context, caller, instance, body);
    }

    private async Task JudgeAsync(HttpContext context, Caller caller, string instance, ReadOnlyMemory<byte> body)
    {
        var (report, refusal) = UsageReportReader.Read(body.Span, clock.GetUtcNow());
        if (report is null)
            await ControlDoor.RefuseAsync(context, refusal!.Code == UsageRefusal.TooLarge ? 413 : 400, refusal.Code, refusal.Detail);
        else if (caller.Directory.Find(report.Api, report.Version) is not { } line || !caller.Directory.HasEnvironment(report.Environment))
            await ControlDoor.RefuseAsync(context, 404, "not_found", $"There is no API {report.Api} {report.Version} in an environment {report.Environment}.");
        else if (!caller.IsOfTeam(line))
            await ControlDoor.RefuseAsync(context, 403, "not_the_owner", $"Only applications of the team that owns {report.Api} may report its calls; {caller.ClientId} is not one of them.");
        else if (await ControlDoor.IsForAsync(context, caller, report.Environment))
            await CountAsync(context, new PendingReport(new UsageSource(new SnapshotKey(line.Id, report.Environment), caller.ClientId, instance, report.Start), report));
    }

    private async Task CountAsync(HttpContext context, PendingReport pending)
    {
        if (!intake.TryAdd(pending))
        {
            await LaterAsync(context, 503, "reports_waiting", "More reports wait to be written than there is room for. Keep this one.", 5);
            return;
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopped);
        if (await pending.Written.WaitAsync(ends.Token) is not { } receipt)
        {
            await LaterAsync(context, 503, "reports_not_written", "The database does not answer. Keep this report and send it again.", 5);
            return;
        }

        if (receipt.Ignored > 0)
            refusals.Note("usage", pending.Source.ClientId, "rows_ignored", $"{receipt.Ignored} rows of a report name clients or operations that do not exist, or more kinds of calls than are told apart.");
        await context.Response.WriteAsJsonAsync(receipt, UsageJson.Default.UsageReceipt, cancellationToken: context.RequestAborted);
    }

    /// <summary>Null when it was answered already.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, string client)
    {
        if (!room.TryEnter(client))
        {
            await LaterAsync(context, 503, "reports_waiting", "More reports arrive than there is room for. Keep this one.", 2);
            return null;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(LongestRead);
        try
        {
            // One byte more than is allowed tells that it is too large.
            var buffer = new byte[context.Request.ContentLength ?? UsageLimits.MaxBytes + 1];
            var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, patience.Token);
            return buffer.AsMemory(0, length);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await LaterAsync(context, 408, "report_too_slow", "The report took too long to arrive.", 5);
            return null;
        }
        finally
        {
            room.Leave(client);
        }
    }

    private static string Instance(HttpContext context) =>
        context.Request.Headers[ControlAddress.InstanceHeader] is [{ Length: <= 64 } name] && ControlAddress.InstanceName(name) == name ? name : "";

    private static Task LaterAsync(HttpContext context, int status, string code, string detail, int seconds)
    {
        context.Response.Headers.RetryAfter = $"{seconds}";
        return ControlDoor.RefuseAsync(context, status, code, detail);
    }
}
