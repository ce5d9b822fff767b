using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Portal.Catalog.Try;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Access;

public sealed record RequestModel(
    AccessRequestDetails Details, DecisionForm Chosen, IReadOnlyList<Problem> Problems, CallSample? Call,
    bool SeesApplication)
{
    public AccessRequestRow Request => Details.Request;
}

/// <summary>What an owner chose per endpoint; what is not chosen stays pending.</summary>
public sealed record DecisionForm(IReadOnlyDictionary<string, string> Choices, IReadOnlyDictionary<string, string> Reasons, string? ReasonForAll)
{
    public const string Approve = "approve";
    public const string Deny = "deny";

    public static DecisionForm Empty { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal), null);

    public IReadOnlyList<OperationDecision> Decisions =>
        [.. Choices.Select(c => new OperationDecision(c.Key, c.Value == Approve, Reasons.GetValueOrDefault(c.Key) ?? ReasonForAll))];

    public static DecisionForm Read(IFormCollection form, IReadOnlyList<AccessRequestItemRow> items)
    {
        var all = form["all"].ToString();
        var choices = new Dictionary<string, string>(StringComparer.Ordinal);
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in items.Where(i => i.Decision == Decision.Pending))
        {
            var choice = all is Approve or Deny ? all : form[$"decision:{item.Operation}"].ToString();
            if (choice is Approve or Deny)
                choices[item.Operation] = choice;
            var reason = form[$"reason:{item.Operation}"].ToString();
            if (!string.IsNullOrWhiteSpace(reason))
                reasons[item.Operation] = reason;
        }

        var forAll = form["reason"].ToString();
        return new(choices, reasons, string.IsNullOrWhiteSpace(forAll) ? null : forAll);
    }
}
