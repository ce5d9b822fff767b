using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.House;

/// <summary>URLs are written to logs, histories and referrers; documents are read by everybody.</summary>
internal static partial class SecretRules
{
    public static readonly Rule[] All =
    [
        Company("no-secrets-in-urls", Severity.Error, "Send the secret in a header or the body: URLs end up in logs.", run =>
        {
            foreach (var parameter in InUrl(run).Where(p => SecretName().IsMatch(p.String("name") ?? "")))
                run.Report(parameter);
        }),
        Company("no-personal-data-in-urls", Severity.Warn, "Send personal data in the body, or an opaque id: URLs end up in logs.", run =>
        {
            foreach (var parameter in InUrl(run).Where(p => PersonalName().IsMatch(p.String("name") ?? "")))
                run.Report(parameter);
        }),
        Company("examples-no-secrets", Severity.Error, "This looks like a real secret. Revoke it, and write one here that is plainly made up.", run => Secrets(run, run.Document.Root)),
    ];

    private static IEnumerable<Node> InUrl(RuleRun run) => run.Document.Parameters.Where(p => p.String("in") is "path" or "query");

    private static void Secrets(RuleRun run, Node node)
    {
        foreach (var child in node.Children)
        {
            if (child.Count > 0)
                Secrets(run, child);
            else if (child.IsString && child.Text.Length >= 20 && Secret().IsMatch(child.Text) && !MadeUp().IsMatch(child.Text))
                run.Report(child);
        }
    }

    [GeneratedRegex("^(api[-_]?key|apikey|access[-_]?token|auth[-_]?token|token|secret|client[-_]?secret|password|passwd|pwd|credential|private[-_]?key|session[-_]?(id|token))$",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex SecretName();

    [GeneratedRegex("^(e[-_]?mail([-_]?address)?|bsn|ssn|social[-_]?security([-_]?number)?|iban|phone([-_]?number)?|mobile([-_]?number)?|birth[-_]?date|date[-_]?of[-_]?birth|dob|first[-_]?name|last[-_]?name|full[-_]?name|surname|card[-_]?number|pan|passport([-_]?number)?|tax[-_]?id)$",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex PersonalName();

    [GeneratedRegex(@"(AKIA[0-9A-Z]{16})|(-----BEGIN [A-Z ]*PRIVATE KEY-----)|(\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,})|(\bgh[pousr]_[A-Za-z0-9]{36})|(\bsk_live_[0-9a-zA-Z]{24,})|(\bxox[baprs]-[0-9]{10,}-[0-9A-Za-z-]{10,})|(\bAIza[0-9A-Za-z_-]{35})",
        RegexOptions.ExplicitCapture, 200)]
    private static partial Regex Secret();

    /// <summary>The vendors' own placeholders, and runs of one character.</summary>
    [GeneratedRegex(@"EXAMPLE|xxxx|XXXX|0000000|\.\.\.|abcdef|123456789", RegexOptions.NonBacktracking)]
    private static partial Regex MadeUp();
}
