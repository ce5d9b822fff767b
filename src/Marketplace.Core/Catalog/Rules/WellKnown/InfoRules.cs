using Marketplace.Core.Catalog.Rules.Tree;
using static Marketplace.Core.Catalog.Rules.RuleTable;

namespace Marketplace.Core.Catalog.Rules.WellKnown;

/// <summary>What the document says about itself.</summary>
internal static class InfoRules
{
    public static readonly Rule[] All =
    [
        Oas("info-contact", "Say whom to ask: add info.contact.", run => OfInfo(run, "contact")),
        Oas("info-description", "Say what the API is for: add info.description.", run => OfInfo(run, "description")),
        Oas("info-license", "Say under which licence it may be used: add info.license.", run => OfInfo(run, "license"), recommended: false),
        Oas("license-url", "Link the licence's text: add info.license.url.", run => OfLicense(run), recommended: false),
        Oas("contact-properties", "Give the contact a name, a url and an email.", run =>
        {
            if (run.Document.Root["info"]?.Object("contact") is { } contact)
                Array.ForEach(["name", "url", "email"], member => run.MustSay(contact, member, $"Give the contact its {member}."));
        }, recommended: false),
    ];

    private static void OfInfo(RuleRun run, string member) =>
        Deep(run, run.Document.Root, ["info", member]);

    private static void OfLicense(RuleRun run) => Deep(run, run.Document.Root, ["info", "license", "url"]);

    private static void Deep(RuleRun run, Node node, string[] path)
    {
        foreach (var name in path)
        {
            if (node[name] is not { } next)
            {
                run.Report(node);
                return;
            }
            node = next;
        }
        if (!node.IsTruthy)
            run.Report(node);
    }
}
