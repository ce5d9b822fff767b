using Marketplace.Core.Catalog;
using Marketplace.Core.Data;

namespace Marketplace.Core.Access.Approval.Language;

/// <summary>Whether what a case says of emergencies holds for all data and environments that it speaks of.</summary>
internal static class EmergencyCases
{
    /// <summary>What goes another way than expected; null when the case holds.</summary>
    public static string? Wrong(PolicyText policy, Condition given, bool expected, IReadOnlyCollection<string> environments)
    {
        var meant = Enum.GetValues<Classification>().Select(StoredEnum.ToWord).SelectMany(_ => environments, (data, place) => (Data: data, Place: place))
            .Where(m => given.Holds(new Known(m.Data, m.Place)) is not false).ToList();
        if (meant.Count == 0)
            return "No request can be like that: what it says contradicts itself.";
        return meant.Where(m => policy.Emergency(m.Data, m.Place) is not null != expected).Select(m =>
            $"With classification = {m.Data}, environment = {m.Place}, {(expected ? "no `break glass` fits: nobody may take it" : $"line {policy.Emergency(m.Data, m.Place)!.Line} lets it be taken")}.").FirstOrDefault();
    }

    private sealed record Known(string Data, string Place) : IFacts
    {
        object? IFacts.this[Variable variable] => variable.Fact switch
        {
            Fact.Classification => Data,
            Fact.Environment => Place,
            _ => null,
        };
    }
}
