using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Marketplace.Testing;

namespace Marketplace.Host.Tests;

/// <summary>The arrows of the house plan, read from the project files and from what was compiled.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Outgoing = ["HttpClient", "HttpMessageInvoker", "SocketsHttpHandler", "WebRequest"];

    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Host"] = ["Portal", "Tokens", "ControlPlane"],
        ["Portal"] = ["Core"],
        ["Tokens"] = ["Core"],
        ["ControlPlane"] = ["Core"],
        ["Core"] = ["Contracts", "Jose"],
        ["Contracts"] = [],
        ["Jose"] = [],
        ["Sdk"] = ["Contracts", "Jose"],
        ["Gateways"] = ["Contracts", "Jose"],
        ["Cli"] = ["Sdk", "Gateways", "Contracts"],
    };

    [Fact]
    public void The_house_has_exactly_the_planned_projects()
    {
        var found = Directory.GetFiles(Repository.File("src"), "*.csproj", SearchOption.AllDirectories).Select(NameOf);

        Assert.Equal(Arrows.Keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_project_refers_to_those_of_the_plan_and_no_other()
    {
        var arrows = Arrows.Keys.ToDictionary(name => name, ReferencesOf, StringComparer.Ordinal);
        Assert.True(arrows.Values.Sum(targets => targets.Length) > 10, "the inspection found hardly any reference");

        foreach (var (name, targets) in arrows) Assert.Equal((name, string.Join(' ', Arrows[name].Order(StringComparer.Ordinal))), (name, string.Join(' ', targets)));
    }

    [Theory]
    [InlineData("Sdk")]
    [InlineData("Gateways")]
    [InlineData("Cli")]
    public void What_runs_elsewhere_never_sees_Core(string name)
    {
        var seen = AssembliesSeenBy(name);
        Assert.Contains("Marketplace.Contracts", seen);

        Assert.DoesNotContain("Marketplace.Core", seen);
    }

    [Theory]
    [InlineData("Contracts")]
    [InlineData("Jose")]
    public void The_shared_floor_stands_on_the_framework_alone(string name)
    {
        var seen = AssembliesSeenBy(name);
        Assert.Contains("System.Runtime", seen);

        Assert.All(seen, reference => Assert.StartsWith("System.", reference, StringComparison.Ordinal));
    }

    [Fact]
    public void Core_serves_no_HTTP()
    {
        string[] http = ["Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Mvc", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Builder"];
        using var core = Open("Core");
        var reader = core.GetMetadataReader();
        var used = reader.TypeReferences.Select(reader.GetTypeReference)
            .Select(type => $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}").ToList();
        Assert.Contains("Microsoft.EntityFrameworkCore.DbContext", used);

        Assert.DoesNotContain(used, type => http.Any(part => type.StartsWith(part + ".", StringComparison.Ordinal)));
    }

    /// <summary>An address that a person typed is a boundary of its own: fetching from it is the one call that Core makes.</summary>
    [Fact]
    public void Core_calls_out_in_one_place()
    {
        var sources = Directory.GetFiles(Repository.File("src", "Marketplace.Core"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).ToList();
        Assert.True(sources.Count > 50, "the inspection found hardly any source");

        var calling = sources.Where(path => Outgoing.Any(word => File.ReadAllText(path).Contains(word, StringComparison.Ordinal))).Select(Path.GetFileName);

        Assert.Equal(["SafeFetcher.cs"], calling);
    }

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project)["Marketplace.".Length..];

    private static string[] ReferencesOf(string name) =>
        [.. XDocument.Load(Repository.File("src", $"Marketplace.{name}", $"Marketplace.{name}.csproj"))
            .Descendants("ProjectReference").Select(reference => NameOf(reference.Attribute("Include")!.Value)).Order(StringComparer.Ordinal)];

    private static List<string> AssembliesSeenBy(string name)
    {
        using var file = Open(name);
        var reader = file.GetMetadataReader();
        return [.. reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))];
    }

    private static PEReader Open(string name)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var file = name == "Cli" ? "mkt.dll" : $"Marketplace.{name}.dll";
        return new(File.OpenRead(Repository.File("src", $"Marketplace.{name}", "bin", configuration, "net10.0", file)));
    }
}
