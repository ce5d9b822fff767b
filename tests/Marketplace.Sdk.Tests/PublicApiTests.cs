using System.Reflection;
using System.Runtime.CompilerServices;

namespace Marketplace.Sdk.Tests;

public sealed class PublicApiTests
{
    private static readonly Assembly Sdk = typeof(MarketplaceOptions).Assembly;

    /// <summary>A change here is a change for every team that uses the SDK. Accept it by copying the received text.</summary>
    [Fact]
    public void The_public_surface_is_the_one_that_was_accepted()
    {
        var received = string.Join('\n', Sdk.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).Select(Describe)) + "\n";
        var accepted = File.ReadAllText(Path.Combine(Folder(), "PublicApi.txt"));

        Assert.Equal(accepted, received);
    }

    [Fact]
    public void Public_types_stand_at_the_root_and_the_rest_in_Internal()
    {
        var types = Sdk.GetTypes().Where(type => type.GetCustomAttribute<CompilerGeneratedAttribute>() is null && type.Namespace?.StartsWith("Marketplace", StringComparison.Ordinal) == true).ToList();

        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.Equal(type.IsVisible, type.Namespace == "Marketplace.Sdk"));
    }

    private static string Describe(Type type)
    {
        var members = type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(member => member.GetCustomAttribute<CompilerGeneratedAttribute>() is null && member is not MethodInfo { IsSpecialName: true })
            .Select(member => "  " + member).Order(StringComparer.Ordinal);
        return string.Join('\n', [$"{type.FullName} : {type.BaseType?.FullName}", .. members]);
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
