using Marketplace.Core.Catalog.Rules.Tree;
using YamlDotNet.Core;

namespace Marketplace.Core.Catalog.Rules.Rulesets;

/// <summary>Reads a ruleset's text; every problem with its line and column.</summary>
internal sealed class RulesetText(string text)
{
    private readonly List<(int At, string Message)> _problems = [];
    private readonly Severity[] _severities = new Severity[AllRules.List.Count];
    private readonly List<RulesetFile.Override> _overrides = [];
    private bool _blocks;

    public Outcome<RulesetFile> Read()
    {
        if (text.Length > RulesetFile.MaxLength)
            return new Problem("ruleset_invalid", $"The ruleset is longer than {RulesetFile.MaxLength:N0} characters. Shorten it.", "text");
        Node root;
        try
        {
            root = YamlTree.Read(text);
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException)
        {
            var at = e is YamlException { Start: var mark } ? $" at line {mark.Line}, column {mark.Column}" : "";
            return new Problem("ruleset_invalid", $"This is not valid YAML{at}. Check the indentation and the quotes there.", "text");
        }
        if (root.IsObject)
            Members(root);
        else
            _problems.Add((0, "A ruleset is a mapping with extends, rules, block and overrides. Start with `extends: [marketplace:oas, marketplace:company]`."));
        return _problems.Count == 0 ? new RulesetFile(_severities, _overrides, _blocks) : Problems();
    }

    private List<Problem> Problems()
    {
        var map = new LineMap([], text);
        var problems = new List<Problem>();
        foreach (var (at, message) in _problems.OrderBy(p => p.At).Take(20))
        {
            var (line, column) = map.Locate(at);
            problems.Add(new("ruleset_invalid", $"Line {line}, column {column}: {message}", "text"));
        }
        return problems;
    }

    private void Members(Node root)
    {
        foreach (var twin in root.Children.GroupBy(m => m.Name, StringComparer.Ordinal).SelectMany(g => g.Skip(1)))
            Refuse(twin, $"`{twin.Name}` stands here a second time. Merge the two.");
        // What is extended comes first, wherever it stands.
        Extends(root["extends"]);
        foreach (var member in root.Children)
        {
            switch (member.Name)
            {
                case "extends":
                    break;
                case "block" when member.Kind is NodeKind.True or NodeKind.False:
                    _blocks = member.Kind == NodeKind.True;
                    break;
                case "block":
                    Refuse(member, "`block` is true or false.");
                    break;
                case "rules":
                    foreach (var (rule, severity) in Rules(member))
                        _severities[rule.Index] = severity;
                    break;
                case "overrides" when member.IsArray:
                    foreach (var item in member.Children)
                        ReadOverride(item);
                    break;
                case "overrides":
                    Refuse(member, "`overrides` is a list; begin each with a hyphen.");
                    break;
                default:
                    Refuse(member, $"`{member.Name}` is not known here. Use extends, rules, block and overrides.");
                    break;
            }
        }
    }

    /// <summary>Each a name, or a name and which of its rules: recommended, all or off.</summary>
    private void Extends(Node? extends)
    {
        foreach (var item in extends is null ? [] : extends.IsArray ? extends.Children : [extends])
        {
            var (family, which) = item is { IsArray: true, Count: 2 } ? (item.Children[0].Text, item.Children[1].Text) : (item.Text, "recommended");
            if (family is not (RuleFamily.Oas or RuleFamily.Company))
                Refuse(item, $"\"{family}\" is not a ruleset that can be extended. Choose {RuleFamily.Oas} or {RuleFamily.Company}.");
            else if (which is not ("recommended" or "all" or "off"))
                Refuse(item, "Extend the recommended rules, all, or off.");
            else
            {
                foreach (var rule in AllRules.List.Where(r => r.Family == family && (which == "all" || (which == "recommended" && r.IsRecommended))))
                    _severities[rule.Index] = rule.Default;
            }
        }
    }

    private IEnumerable<(Rule Rule, Severity Severity)> Rules(Node rules)
    {
        if (!rules.IsObject)
            Refuse(rules, "`rules` maps names of rules to severities.");
        foreach (var member in rules.Members())
        {
            if (AllRules.Find(member.Name!) is not { } rule)
                Refuse(member, $"There is no rule \"{member.Name}\".{Nearest(member.Name!)}");
            else if (SeverityOf(member, rule) is { } severity)
                yield return (rule, severity);
            else
                Refuse(member, $"The severity of {rule.Name} is off, hint, info, warn or error.");
        }
    }

    private static Severity? SeverityOf(Node value, Rule rule) => (value.Kind, value.Text) switch
    {
        (NodeKind.True, _) => rule.Default,
        (NodeKind.False, _) => Severity.Off,
        (NodeKind.String, "off") => Severity.Off,
        (NodeKind.String, "hint") => Severity.Hint,
        (NodeKind.String, "info") => Severity.Info,
        (NodeKind.String, "warn") => Severity.Warn,
        (NodeKind.String, "error") => Severity.Error,
        _ => null,
    };

    private void ReadOverride(Node item)
    {
        foreach (var unknown in item.Members().Where(m => m.Name is not ("teams" or "classifications" or "rules")))
            Refuse(unknown, $"`{unknown.Name}` is not known in an override. Use teams, classifications and rules.");
        if (item["teams"] is null && item["classifications"] is null)
            Refuse(item, "Say whom the override is for: teams, classifications or both.");
        if (item["rules"] is not { } rules)
        {
            Refuse(item, "Say what the override changes: rules.");
            return;
        }
        var classifications = new HashSet<Classification>();
        foreach (var word in item["classifications"]?.Words() ?? [])
        {
            if (Data.StoredEnum.TryFromWord<Classification>(word.Text, out var classification))
                classifications.Add(classification);
            else
                Refuse(word, $"\"{word.Text}\" is not a classification. Choose public, internal, confidential or restricted.");
        }
        _overrides.Add(new(
            item["teams"]?.Words().Select(t => t.Text).ToHashSet(StringComparer.Ordinal),
            item["classifications"] is null ? null : classifications,
            Rules(rules).DistinctBy(r => r.Rule).ToDictionary(r => r.Rule, r => r.Severity)));
    }

    private static string Nearest(string name)
    {
        var nearest = AllRules.List.MinBy(r => Distance(r.Name, name))!;
        return Distance(nearest.Name, name) <= Math.Max(3, name.Length / 3) ? $" Did you mean {nearest.Name}?" : "";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    private void Refuse(Node at, string message) => _problems.Add((at.At, message));
}

file static class Nodes
{
    public static IReadOnlyList<Node> Members(this Node node) => node.IsObject ? node.Children : [];

    public static IReadOnlyList<Node> Words(this Node node) => node.IsArray ? node.Children : [node];
}
