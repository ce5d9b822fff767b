using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants.Renewal;
using Marketplace.Core.Access.Requests;
using Marketplace.Portal.Catalog.Try;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Access;

public sealed record RequestModel(
    AccessRequestDetails Details, DecisionForm Chosen, IReadOnlyList<Problem> Problems, CallSample? Call,
    bool SeesApplication, IReadOnlyList<TimelineEntry> Timeline, bool MayComment, string Comment)
{
    /// <summary>What it would go on with; null where it asks for what is new.</summary>
    public RenewalFacts? Renewal { get; init; }

    public AccessRequestRow Request => Details.Request;

    public IEnumerable<AccessRequestItemRow> ItemsOf(RequestedLineRow line) => Details.Items.Where(i => i.Api == line.Api && i.Version == line.Version);
}

/// <summary>What an owner chose per endpoint; what is not chosen stays pending.</summary>
public sealed record DecisionForm(
    IReadOnlyDictionary<EndpointReference, string> Choices, IReadOnlyDictionary<EndpointReference, string> Reasons, string? ReasonForAll)
{
    public const string Approve = "approve";
    public const string Deny = "deny";

    public static DecisionForm Empty { get; } = new(new Dictionary<EndpointReference, string>(), new Dictionary<EndpointReference, string>(), null);

    public IReadOnlyList<OperationDecision> Decisions =>
        [.. Choices.Select(c => new OperationDecision(c.Key.Operation, c.Value == Approve, Reasons.GetValueOrDefault(c.Key) ?? ReasonForAll, c.Key.Line))];

    public static DecisionForm Read(IFormCollection form, IReadOnlyList<AccessRequestItemRow> items)
    {
        var all = form["all"].ToString();
        var (choices, reasons) = (new Dictionary<EndpointReference, string>(), new Dictionary<EndpointReference, string>());
        foreach (var endpoint in items.Where(i => i.MayDecide).Select(i => i.Reference))
        {
            var choice = all is Approve or Deny ? all : form[$"decision:{endpoint}"].ToString();
            if (choice is Approve or Deny)
                choices[endpoint] = choice;
            var reason = form[$"reason:{endpoint}"].ToString();
            if (!string.IsNullOrWhiteSpace(reason))
                reasons[endpoint] = reason;
        }

        var forAll = form["reason"].ToString();
        return new(choices, reasons, string.IsNullOrWhiteSpace(forAll) ? null : forAll);
    }
}
