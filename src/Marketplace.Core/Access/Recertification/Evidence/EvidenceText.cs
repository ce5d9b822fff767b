using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Recertification.Evidence;

internal sealed record EvidenceRow(
    Guid Grant, string ClientId, string Application, string Team, string Api, string Version, string Environment, string Classification, string Operation, string Method,
    string Path, string Use, DateTimeOffset? LastUsedAt, long Calls30, long Calls90, string? RequestedBy, long? Request, string GrantedBy, DateTimeOffset GrantedAt,
    DateTimeOffset ValidUntil, string? Answer, bool ByUse, DateTimeOffset? Until, string? Reason, string? AnsweredBy, DateTimeOffset? AnsweredAt);

/// <summary>
/// How evidence reads. CSV is RFC 4180, each row with what it says of the campaign, since rows get copied. JSON Lines begins with the campaign.
/// </summary>
internal sealed class EvidenceText(CampaignRow campaign, DateTimeOffset now)
{
    private const string Unanswered = "not_answered";
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _campaign = string.Join(
        ',',
        Cell(campaign.Number.ToString(CultureInfo.InvariantCulture)), Cell(campaign.Name), Cell(campaign.Scope.Sentence), Cell(StoredEnum.ToWord(campaign.Reviewers)), Cell(campaign.OpenedBy),
        At(campaign.OpenedAt), At(campaign.DueAt), At(campaign.ClosedAt), Cell(campaign.ClosedBy), Cell(campaign.CloseReason), At(now));

    public const string CsvHead =
        "campaign,name,scope,reviewers,opened_by,opened_at,due_at,closed_at,closed_by,close_reason,exported_at,grant,application,client_id,team,api,version,environment,"
        + "classification,operation,method,path,use,last_used_at,calls_30_days,calls_90_days,requested_by,request,granted_by,granted_at,valid_until,answer,by_use,until,reason,"
        + "answered_by,answered_at";

    public string Csv(EvidenceRow row) => string.Join(
        ',',
        _campaign, Cell(row.Grant.ToString()), Cell(row.Application), Cell(row.ClientId), Cell(row.Team), Cell(row.Api), Cell(row.Version), Cell(row.Environment), Cell(row.Classification),
        Cell(row.Operation), Cell(row.Method), Cell(row.Path), Cell(row.Use), At(row.LastUsedAt), Number(row.Calls30), Number(row.Calls90), Cell(row.RequestedBy),
        row.Request is { } n ? Number(n) : Cell(null), Cell(row.GrantedBy), At(row.GrantedAt), At(row.ValidUntil), Cell(row.Answer ?? Unanswered), Cell(row.ByUse ? "true" : "false"), At(row.Until), Cell(row.Reason), Cell(row.AnsweredBy),
        At(row.AnsweredAt));

    public string JsonHead() => JsonSerializer.Serialize(
        new
        {
            campaign = campaign.Number,
            campaign.Name,
            scope = campaign.Scope.Sentence,
            reviewers = StoredEnum.ToWord(campaign.Reviewers),
            campaign.OpenedBy,
            campaign.OpenedAt,
            campaign.DueAt,
            campaign.EscalatedAt,
            campaign.ClosedAt,
            campaign.ClosedBy,
            campaign.CloseReason,
            items = campaign.Items,
            notAnswered = campaign.Open,
            exportedAt = now,
        },
        Options);

    public static string Json(EvidenceRow row) => JsonSerializer.Serialize(row with { Answer = row.Answer ?? Unanswered }, Options);

    private static string At(DateTimeOffset? at) => Cell(at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));

    private static string Number(long number) => Cell(number.ToString(CultureInfo.InvariantCulture));

    private static string Cell(string? text) => CsvCell.Of(text);
}
