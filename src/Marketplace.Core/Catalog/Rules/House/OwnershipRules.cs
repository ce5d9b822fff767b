using System.Text.RegularExpressions;
using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.House;

/// <summary>Whom to ask, what it is, and which version of it.</summary>
internal static partial class OwnershipRules
{
    public static readonly Rule[] All =
    [
        Company("contact-reachable", Severity.Warn, "Give info.contact an email or a url: consumers ask there when a call fails at night.", run =>
        {
            if (run.Document.Root["info"]?.Object("contact") is { } contact && contact.String("email") is not { Length: > 0 } && contact.String("url") is not { Length: > 0 })
                run.Report(contact);
        }),
        Company("operation-summary", Severity.Info, "Give the operation a summary of a few words: lists and search show it.",
            WellKnown.OperationRules.Each((run, o) => run.MustSay(o, "summary"))),
        Company("response-description", Severity.Info, "Describe the response: say what it means, not only its status.", run =>
        {
            foreach (var response in run.Document.Operations.SelectMany(o => o.Node.Members("responses")).Select(run.Document.Follow).OfType<Node>().Where(r => r.IsObject).Distinct())
                run.MustSay(response, "description");
        }),
        Company("parameter-description", Severity.Info, "Describe the parameter.", run =>
        {
            foreach (var parameter in run.Document.Parameters)
                run.MustSay(parameter, "description");
        }),
        Company("version-semantic", Severity.Info, "Write info.version as MAJOR.MINOR.PATCH: consumers read from it what has changed.", run =>
        {
            if (run.Document.Root["info"]?["version"] is { } version && !Semantic().IsMatch(version.Text))
                run.Report(version);
        }),
        Company("deprecated-names-successor", Severity.Info, "Say in the description what to call instead of the deprecated operation.", WellKnown.OperationRules.Each((run, o) =>
        {
            if (o["deprecated"] is { Kind: NodeKind.True } deprecated && o.String("description") is not { Length: > 0 } && o.String("summary") is not { Length: > 0 })
                run.Report(deprecated);
        })),
    ];

    [GeneratedRegex(@"^v?\d+\.\d+(\.\d+)?([-+][0-9A-Za-z.-]+)?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Semantic();
}
