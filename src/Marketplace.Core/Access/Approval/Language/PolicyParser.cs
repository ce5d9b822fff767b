using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Language;

/// <summary>
/// <code>
/// policy     = { "rule" text "when" condition "then" outcome | "otherwise" "then" outcome | breakGlass | "test" text ":" given "expects" expected }
/// outcome    = ( "automatic" | role { "," role } ) [ "escalate" "after" number "days" [ "to" role ] ]
/// given      = condition { "," condition }
/// expected   = [ "at" "least" ] ( "automatic" | role { "," role } ) [ "by" text | "by" "otherwise" ] | [ "no" ] "break" "glass"
/// </code>
/// Each statement begins on a line of its own. Every problem is told, with its place.
/// </summary>
internal sealed class PolicyParser
{
    private static readonly string[] Roles = [.. Enum.GetValues<ApproverRole>().Select(StoredEnum.ToWord)];

    private readonly List<PolicyFault> _faults = [];
    private readonly List<PolicyRule> _rules = [];
    private readonly List<PolicyCase> _cases = [];
    private readonly TokenReader _reader;
    private readonly ConditionParser _conditions;
    private readonly BreakGlassParser _breakGlass;

    private PolicyParser(string text, IReadOnlyCollection<string> environments)
    {
        _reader = new(new Scanner(text, _faults).Read(), _faults);
        _conditions = new(_reader, environments);
        _breakGlass = new(_reader, environments);
    }

    /// <param name="environments">The words for them.</param>
    public static (PolicyText? Policy, IReadOnlyList<PolicyFault> Faults) Parse(string text, IReadOnlyCollection<string> environments)
    {
        if (text.Length > PolicyText.MaxLength)
            return (null, [new(1, 1, $"The policy is longer than {PolicyText.MaxLength:N0} characters. Shorten it.")]);
        var parser = new PolicyParser(text, environments);
        parser.Statements();
        return parser._faults.Count == 0
            ? (new PolicyText(parser._rules, parser._cases, parser._breakGlass.Sentences), [])
            : (null, [.. parser._faults.OrderBy(f => f.Line).ThenBy(f => f.Column).Take(20)]);
    }

    private void Statements()
    {
        while (!_reader.IsAtEnd)
        {
            try
            {
                Statement();
            }
            catch (StatementFault e)
            {
                _faults.Add(e.Fault);
                _reader.SkipStatement();
            }
        }
        if (_rules.Count > PolicyText.MaxRules || _cases.Count > PolicyText.MaxCases)
            _faults.Add(new(1, 1, $"A policy has at most {PolicyText.MaxRules} rules and {PolicyText.MaxCases} cases. Join some."));
    }

    private void Statement()
    {
        var first = _reader.Next;
        if (!first.IsFirst)
            throw _reader.Fault($"{first} cannot stand here. The statement has ended; begin the next on a line of its own.");
        if (_reader.TakeWord("rule"))
            Rule(first);
        else if (_reader.TakeWord("otherwise"))
            Otherwise(first);
        else if (_reader.TakeWord("break"))
            BreakGlass(first);
        else if (_reader.TakeWord("test"))
            Case(first);
        else
            throw _reader.Fault($"A statement begins with `rule`, `otherwise`, `break glass` or `test`, not with {first}.");
    }

    private void Rule(Token first)
    {
        if (_rules.Exists(r => r.IsLast))
            _reader.Refuse(first, "A rule after `otherwise` can never decide. Move it above.");
        var at = _reader.Next;
        var name = Name("A rule's name");
        if (_rules.Exists(r => r.Name == name))
            _reader.Refuse(at, $"There is a rule \"{name}\" already. Names tell people which rule decided: choose another.");
        _reader.Expect("when", "`rule \"…\" when … then …`");
        var from = _reader.Position;
        var condition = _conditions.Read();
        var when = _reader.TextSince(from);
        _reader.Expect("then", "`and`, `or`, or `then` with who approves");
        Add(name, when, condition, first);
    }

    private void Otherwise(Token first)
    {
        if (_rules.Exists(r => r.IsLast))
            _reader.Refuse(first, "`otherwise` stands here a second time. Keep one, after all rules.");
        _reader.Expect("then", "`otherwise then …`");
        Add(PolicyRule.Otherwise, "", new Condition.All([]), first);
    }

    private void Add(string name, string when, Condition condition, Token first)
    {
        var approvers = Approvers();
        var at = _reader.Next;
        var escalation = _reader.TakeWord("escalate") ? Escalation() : null;
        if (escalation is not null && approvers.IsAutomatic)
            _reader.Refuse(at, "What is automatic waits for nobody. Take the escalation out.");
        EndOfStatement();
        _rules.Add(new() { Name = name, When = when, Condition = condition, Then = approvers, Escalation = escalation, Line = first.Line });
    }

    private Escalation Escalation()
    {
        _reader.Expect("after", "`escalate after 5 days`");
        var days = _reader.ExpectNumber("The number of days", 1, 365);
        if (!_reader.TakeWord("days") && !_reader.TakeWord("day"))
            throw _reader.Fault($"`days` is missing before {_reader.Next}. Write `escalate after {days} days`.");
        return new(days, _reader.TakeWord("to") ? Role() : null);
    }

    private void BreakGlass(Token first)
    {
        _breakGlass.Read(first);
        EndOfStatement();
    }

    private void Case(Token first)
    {
        var name = Name("A case's name");
        _reader.ExpectSign(":", "`test \"…\": fact = value, … expects …`");
        var given = new List<Condition> { _conditions.Read() };
        while (_reader.TakeSign(","))
            given.Add(_conditions.Read());
        _reader.Expect("expects", "`expects` and who must approve");
        if (Emergency() is { } mayBeTaken)
        {
            EndOfStatement();
            _cases.Add(new() { Name = name, Line = first.Line, Given = new Condition.All(given), BreakGlass = mayBeTaken });
            return;
        }
        var atLeast = _reader.TakeWord("at");
        if (atLeast)
            _reader.Expect("least", "`expects at least …`");
        var at = _reader.Next;
        var expected = Approvers();
        if (atLeast && expected.IsAutomatic)
            _reader.Refuse(at, "Everything is at least automatic: this case cannot fail. Take `at least` out.");
        var rule = !_reader.TakeWord("by") ? null : _reader.TakeWord(PolicyRule.Otherwise) ? PolicyRule.Otherwise : _reader.ExpectText("The rule's name");
        EndOfStatement();
        _cases.Add(new() { Name = name, Line = first.Line, Given = new Condition.All(given), Expected = expected, AtLeast = atLeast, Rule = rule });
    }

    /// <summary>Null where the case is about approvers.</summary>
    private bool? Emergency()
    {
        var isNo = _reader.TakeWord("no");
        if (!isNo && !_reader.TakeWord("break"))
            return null;
        if (isNo)
            _reader.Expect("break", "`expects no break glass`");
        _reader.Expect("glass", "`expects break glass` or `expects no break glass`");
        return !isNo;
    }

    private Approvers Approvers()
    {
        if (_reader.TakeWord("automatic"))
            return Language.Approvers.Automatic;
        var roles = new List<ApproverRole>();
        do
        {
            var at = _reader.Next;
            var role = Role();
            if (roles.Contains(role))
                _reader.Refuse(at, $"{at} stands here twice. Nobody approves the same endpoint twice: name each role once.");
            roles.Add(role);
        }
        while (_reader.TakeSign(","));
        return new(roles);
    }

    private ApproverRole Role() => StoredEnum.FromWord<ApproverRole>(_reader.ExpectOneOf(Roles, "`automatic` or an approver"));

    private string Name(string what)
    {
        var at = _reader.Next;
        var name = _reader.ExpectText(what).Trim();
        if (name.Length is 0 or > 100 || name == PolicyRule.Otherwise)
            _reader.Refuse(at, $"{what} has 1 to 100 characters and is not \"{PolicyRule.Otherwise}\".");
        return name;
    }

    private void EndOfStatement()
    {
        if (!_reader.Next.IsFirst)
            throw _reader.Fault($"{_reader.Next} cannot stand here. The statement has ended; begin the next on a line of its own.");
    }
}
