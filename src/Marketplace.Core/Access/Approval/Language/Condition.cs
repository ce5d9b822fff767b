namespace Marketplace.Core.Access.Approval.Language;

/// <summary>When a rule fits. Of facts that are only partly known it may be open: neither true nor false.</summary>
internal abstract record Condition
{
    public abstract bool? Holds(IFacts facts);

    /// <summary>The first thing that decides and is not known; null when nothing is.</summary>
    public abstract Variable? Open(IFacts facts);

    public abstract IEnumerable<Atom> Atoms { get; }

    public sealed record All(IReadOnlyList<Condition> Parts) : Condition
    {
        public override IEnumerable<Atom> Atoms => Parts.SelectMany(p => p.Atoms);

        public override bool? Holds(IFacts facts) => Joined(Parts, facts, decisive: false);

        public override Variable? Open(IFacts facts) => Holds(facts) is null ? FirstOpen(Parts, facts) : null;
    }

    public sealed record Any(IReadOnlyList<Condition> Parts) : Condition
    {
        public override IEnumerable<Atom> Atoms => Parts.SelectMany(p => p.Atoms);

        public override bool? Holds(IFacts facts) => Joined(Parts, facts, decisive: true);

        public override Variable? Open(IFacts facts) => Holds(facts) is null ? FirstOpen(Parts, facts) : null;
    }

    public sealed record Not(Condition Inner) : Condition
    {
        public override IEnumerable<Atom> Atoms => Inner.Atoms;

        public override bool? Holds(IFacts facts) => !Inner.Holds(facts);

        public override Variable? Open(IFacts facts) => Inner.Open(facts);
    }

    public abstract record Atom(Variable Variable) : Condition
    {
        public override IEnumerable<Atom> Atoms => [this];

        public override bool? Holds(IFacts facts) => facts[Variable] is { } value ? HoldsFor(value) : null;

        public override Variable? Open(IFacts facts) => facts[Variable] is null ? Variable : null;

        protected abstract bool HoldsFor(object value);
    }

    public sealed record OneOf(Fact Fact, IReadOnlyList<string> Words) : Atom(new Variable(Fact))
    {
        protected override bool HoldsFor(object value) => Words.Contains((string)value, StringComparer.Ordinal);
    }

    public sealed record Compared(Fact Fact, string Sign, long Number) : Atom(new Variable(Fact))
    {
        protected override bool HoldsFor(object value) => ((long)value).CompareTo(Number) is var order && Sign switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>A flag, or a tag.</summary>
    public sealed record IsSet(Variable Of) : Atom(Of)
    {
        protected override bool HoldsFor(object value) => (bool)value;
    }

    private static bool? Joined(IReadOnlyList<Condition> parts, IFacts facts, bool decisive)
    {
        bool? result = !decisive;
        foreach (var part in parts)
        {
            var holds = part.Holds(facts);
            if (holds == decisive)
                return decisive;
            if (holds is null)
                result = null;
        }
        return result;
    }

    private static Variable? FirstOpen(IReadOnlyList<Condition> parts, IFacts facts)
    {
        foreach (var part in parts)
        {
            if (part.Open(facts) is { } open)
                return open;
        }
        return null;
    }
}
