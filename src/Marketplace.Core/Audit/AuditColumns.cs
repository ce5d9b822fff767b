using System.Text.Json;

namespace Marketplace.Core.Audit;

/// <summary>Whether the columns that people search say the same as the content that the hash covers.</summary>
internal static class AuditColumns
{
    /// <summary>The columns that say something else.</summary>
    public static IReadOnlyList<string> Differing(AuditEvent e, IReadOnlySet<string> about)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(e.Content);
        }
        catch (JsonException)
        {
            return ["content"];
        }

        using (document)
        {
            var content = document.RootElement;
            if (content.ValueKind != JsonValueKind.Object)
                return ["content"];
            List<string> differing = [];
            Compare("sequence", e.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Compare("at", e.At.ToUniversalTime().ToString("O"));
            Compare("actor_id", e.ActorId?.ToString());
            Compare("actor", e.Actor);
            Compare("source", e.Source);
            Compare("channel", e.Channel);
            Compare("action", e.Action);
            Compare("subject_kind", e.SubjectKind);
            Compare("subject_id", e.SubjectId);
            Compare("subject", e.Subject);
            Compare("reason", e.Reason);
            // Events from before, and those that the database writes by itself, do not say it.
            if (content.TryGetProperty("about", out var told) && told.ValueKind == JsonValueKind.Array
                && !about.SetEquals(told.EnumerateArray().Select(a => a.ToString())))
                differing.Add("about");
            return differing;

            void Compare(string name, string? column)
            {
                var said = content.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
                if (said != column)
                    differing.Add(name);
            }
        }
    }
}
