using Marketplace.Core.Audit;
using Marketplace.Core.People;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Audit;

/// <summary>Events as a file, sent as it is read.</summary>
internal sealed class ExportResult(ExportAudit export, Actor actor, AuditFilter filter, AuditFormat format) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var isCsv = format == AuditFormat.Csv;
        response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/jsonl";
        response.Headers.ContentDisposition = $"attachment; filename=\"audit.{(isCsv ? "csv" : "jsonl")}\"";
        response.Headers.CacheControl = "no-store";
        return export.ExecuteAsync(actor, filter, format, response.Body, httpContext.RequestAborted);
    }
}
