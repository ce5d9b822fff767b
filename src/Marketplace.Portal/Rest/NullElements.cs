using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace Marketplace.Portal.Rest;

/// <summary>Null within a list of a body: the serializer minds null members, and not elements.</summary>
internal static class NullElements
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Members = new();

    /// <summary>The first of them, as a path such as <c>parts[0]</c>; null where there is none.</summary>
    public static string? Find(object body, string path = "")
    {
        if (body is string || body.GetType().Namespace?.StartsWith("Marketplace.Contracts", StringComparison.Ordinal) is not true)
            return null;
        foreach (var member in Members.GetOrAdd(body.GetType(), type => [.. type.GetProperties().Where(p => !p.PropertyType.IsValueType && p.GetIndexParameters().Length == 0)]))
        {
            var name = path + char.ToLowerInvariant(member.Name[0]) + member.Name[1..];
            var found = member.GetValue(body) switch
            {
                null or string => null,
                IEnumerable list => InList(list, name),
                var inner => Find(inner, name + "."),
            };
            if (found is not null)
                return found;
        }

        return null;
    }

    private static string? InList(IEnumerable list, string name)
    {
        var place = 0;
        foreach (var element in list)
        {
            if ((element is null ? $"{name}[{place}]" : Find(element, $"{name}[{place}].")) is { } found)
                return found;
            place++;
        }

        return null;
    }
}
