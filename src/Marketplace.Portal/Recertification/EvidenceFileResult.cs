using Marketplace.Core.Access.Recertification.Evidence;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Recertification;

/// <summary>The file with its digest (RFC 9530): the same hash that the audit trail has.</summary>
internal static class EvidenceFileResult
{
    public static IResult Of(HttpContext context, EvidenceFile file, EvidenceFormat format)
    {
        context.Response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(file.Sha256)}:";
        return Results.Stream(file.Content, format is EvidenceFormat.Csv ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8", file.Name);
    }
}
