using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Language;

/// <param name="Days">After so many days without a decision, people are told once more; nothing is ever decided by it.</param>
/// <param name="To">Who is told besides those who can decide; null for nobody else.</param>
public sealed record Escalation(int Days, ApproverRole? To);

/// <summary>Whose approvals an endpoint needs; nobody's when the policy itself approves.</summary>
public sealed record Approvers
{
    public static Approvers Automatic { get; } = new([]);

    /// <param name="roles">Each once, in any order.</param>
    public Approvers(IEnumerable<ApproverRole> roles) => Roles = [.. roles.Distinct().Order()];

    public IReadOnlyList<ApproverRole> Roles { get; }

    public bool IsAutomatic => Roles.Count == 0;

    public bool Includes(Approvers others) => others.Roles.All(Roles.Contains);

    public bool Equals(Approvers? other) => other is not null && Roles.SequenceEqual(other.Roles);

    public override int GetHashCode() => Roles.Aggregate(1, (hash, role) => (hash * 7) + (int)role);

    /// <summary>As the language writes it.</summary>
    public override string ToString() => IsAutomatic ? "automatic" : string.Join(", ", Roles.Select(StoredEnum.ToWord));

    /// <summary>As people say it.</summary>
    public string Sentence => Roles switch
    {
        [] => "the policy approves by itself",
        [var one] => $"{Name(one)} approves",
        _ => $"{string.Join(", ", Roles.SkipLast(1).Select(Name))} and {Name(Roles[^1])} approve",
    };

    public static string Name(ApproverRole role) => role switch
    {
        ApproverRole.Owner => "an owner of the API",
        ApproverRole.SecurityOfficer => "a security officer",
        _ => "a platform administrator",
    };
}

/// <summary>The first rule that fits decides. The last of a policy fits everything.</summary>
public sealed record PolicyRule
{
    /// <summary>What the rule without a name is called.</summary>
    public const string Otherwise = "otherwise";

    public required string Name { get; init; }
    public required string When { get; init; }
    public required Approvers Then { get; init; }
    public Escalation? Escalation { get; init; }
    public required int Line { get; init; }
    public bool IsLast => When.Length == 0;
    internal Condition Condition { get; init; } = new Condition.All([]);

    /// <summary>Why the endpoint goes this way, for whoever asks.</summary>
    internal string Because(int policy) => IsLast
        ? $"No rule of approval policy {policy} fits, so that {Then.Sentence}."
        : $"Rule “{Name}” of approval policy {policy} fits ({When}): {Then.Sentence}.";
}

/// <summary>A claim about every request that its facts fit, whatever else is true of it.</summary>
public sealed record PolicyCase
{
    public required string Name { get; init; }
    public required int Line { get; init; }
    internal Condition Given { get; init; } = new Condition.All([]);
    internal Approvers Expected { get; init; } = Approvers.Automatic;

    /// <summary>More approvers than expected are right, too.</summary>
    internal bool AtLeast { get; init; }

    /// <summary>Which rule must decide; null for any.</summary>
    internal string? Rule { get; init; }

    /// <summary>It may be taken in an incident, or may not; null for a case about approvers.</summary>
    internal bool? BreakGlass { get; init; }

    internal string Expectation => BreakGlass is { } mayBeTaken ? (mayBeTaken ? "break glass" : "no break glass") : $"{(AtLeast ? "at least " : "")}{Expected}{(Rule is null ? "" : $" by “{Rule}”")}";
}
