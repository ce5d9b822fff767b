using System.Collections.Frozen;
using Marketplace.Core.Catalog.Rules.House;
using Marketplace.Core.Catalog.Rules.WellKnown;

namespace Marketplace.Core.Catalog.Rules;

/// <summary>Every rule there is, in the order in which they are listed.</summary>
public static class AllRules
{
    public static IReadOnlyList<Rule> List { get; } = Number(
    [
        .. InfoRules.All, .. OperationRules.All, .. ParameterRules.All, .. PathKeyRules.All, .. TagRules.All, .. ServerRules.All, .. ReferenceRules.All,
        .. SchemaRules.All, .. ExampleRules.All, .. TextRules.All, .. SecurityRules.All, .. Oas2Rules.All, .. StructureRules.All,
        .. OwnershipRules.All, .. AccessRules.All, .. NamingRules.All, .. ContractRules.All, .. SecretRules.All,
    ]);

    private static readonly FrozenDictionary<string, Rule> ByName = List.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);

    public static Rule? Find(string name) => ByName.GetValueOrDefault(name);

    private static Rule[] Number(Rule[] rules)
    {
        for (var i = 0; i < rules.Length; i++)
            rules[i].Index = i;
        return rules;
    }
}
