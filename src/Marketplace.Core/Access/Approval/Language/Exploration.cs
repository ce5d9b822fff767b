using Marketplace.Core.Catalog;
using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Language;

/// <summary>Some requests that all go the same way: what is known of them, and the rule that decides; null for none.</summary>
internal sealed record Way(IReadOnlyDictionary<Variable, object> Known, PolicyRule? Rule);

/// <summary>
/// Every way that a request can take through a policy, found by trying the values that any condition tells apart. So a
/// rule that none takes is known to be of no use, and a case holds for all requests that it speaks of, not for one.
/// </summary>
internal sealed class Exploration
{
    /// <summary>A value that no condition names.</summary>
    internal const string Another = "any other";

    private readonly PolicyText _policy;
    private readonly Condition _given;
    private readonly Partial _known = new();
    private readonly Dictionary<Variable, List<object>> _values;
    private readonly List<Way> _ways = [];
    private readonly Effort _effort;
    private readonly int[] _costs;
    private readonly int _givenCost;

    private Exploration(PolicyText policy, Condition given, IReadOnlyCollection<string> environments, Effort effort)
    {
        (_policy, _given, _effort) = (policy, given, effort);
        _givenCost = given.Atoms.Count();
        _costs = [.. policy.Rules.Select(r => r.Condition.Atoms.Count())];
        var atoms = policy.Rules.SelectMany(r => r.Condition.Atoms).Concat(given.Atoms).ToList();
        _values = atoms.GroupBy(a => a.Variable).ToDictionary(g => g.Key, g => ValuesOf(g.Key.Fact, g, atoms, environments));
    }

    /// <summary>Null when there are too many to try.</summary>
    public static IReadOnlyList<Way>? Of(PolicyText policy, Condition given, IReadOnlyCollection<string> environments, Effort effort)
    {
        var exploration = new Exploration(policy, given, environments, effort);
        return exploration.Walk(0) ? exploration._ways : null;
    }

    /// <summary>False when it gave up.</summary>
    /// <param name="from">The rules before it do not fit, whatever else is known.</param>
    private bool Walk(int from)
    {
        // Every step costs, also one that reaches no rule, and the more the deeper it lies.
        if (!_effort.Spend(1 + _known.Count + _givenCost))
            return false;
        if (_given.Open(_known) is { } asked)
            return Branch(asked, from);
        if (_given.Holds(_known) is false)
            return true;
        for (var i = from; i < _policy.Rules.Count; i++)
        {
            if (!_effort.Spend(1 + _costs[i]))
                return false;
            var rule = _policy.Rules[i];
            if (rule.Condition.Open(_known) is { } open)
                return Branch(open, i);
            if (rule.Condition.Holds(_known) is false)
                continue;
            _ways.Add(new(_known.Copy(), rule));
            return true;
        }
        _ways.Add(new(_known.Copy(), null));
        return true;
    }

    private bool Branch(Variable variable, int from)
    {
        foreach (var value in _values[variable])
        {
            _known.Set(variable, value);
            var goesOn = !_known.CanBe() || Walk(from);
            _known.Clear(variable);
            if (!goesOn)
                return false;
        }
        return true;
    }

    private static List<object> ValuesOf(Fact fact, IEnumerable<Condition.Atom> its, IReadOnlyList<Condition.Atom> all, IReadOnlyCollection<string> environments)
    {
        if (fact.IsNumber())
        {
            // Every comparison is as true between two of these as it is at one of them.
            var least = fact == Fact.Days ? 0 : 1;
            return [.. its.Cast<Condition.Compared>().SelectMany(c => new[] { c.Number - 1, c.Number, c.Number + 1 }).Where(n => n >= least).Append(least).Distinct().Order().Select(n => (object)n)];
        }
        return fact switch
        {
            Fact.Classification => [.. Enum.GetValues<Classification>().Select(StoredEnum.ToWord)],
            Fact.Environment => [.. environments],
            Fact.Tag or Fact.SameTeam or Fact.Deprecated => [true, false],
            // Of the two teams each may be one that only the other is compared with.
            Fact.ApiTeam or Fact.ApplicationTeam => Named(all.OfType<Condition.OneOf>().Where(a => a.Fact is Fact.ApiTeam or Fact.ApplicationTeam)),
            // A document may add methods of its own.
            _ => Named(its.Cast<Condition.OneOf>()),
        };
    }

    private static List<object> Named(IEnumerable<Condition.OneOf> atoms) => [.. atoms.SelectMany(a => a.Words).Distinct(StringComparer.Ordinal), Another];

    /// <summary>What one look at a policy may cost: texts come from outside.</summary>
    internal sealed class Effort
    {
        private int _left = 2_000_000;

        public bool Spend(int cost) => (_left = Math.Max(-1, _left - cost)) >= 0;
    }

    private sealed class Partial : IFacts
    {
        private readonly Dictionary<Variable, object> _known = [];

        public int Count => _known.Count;

        public object? this[Variable variable] => _known.GetValueOrDefault(variable);

        public void Set(Variable variable, object value) => _known[variable] = value;

        public void Clear(Variable variable) => _known.Remove(variable);

        public Dictionary<Variable, object> Copy() => new(_known);

        /// <summary>Facts that are not independent agree with each other.</summary>
        public bool CanBe()
        {
            if (this[new(Fact.Endpoints)] is long all && this[new(Fact.EndpointsOfApi)] is long some && some > all)
                return false;
            if (this[new(Fact.SameTeam)] is not bool same || this[new(Fact.ApiTeam)] is not string owner || this[new(Fact.ApplicationTeam)] is not string asking)
                return true;
            return owner != asking ? !same : same || owner == Another;
        }
    }
}
