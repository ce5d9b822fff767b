using Marketplace.Host.Setup;
using Marketplace.Testing;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Host.Tests.Setup;

public sealed class FetchingTests
{
    [Fact]
    public void Nothing_inside_the_company_is_fetched_from_unless_it_is_named()
    {
        Assert.Empty(Read().AllowedInternalHosts);
        Assert.Equal(["git.bank.example", "10.0.0.7:8443"], Read(("MARKETPLACE_FETCH_HOSTS", "git.bank.example, 10.0.0.7:8443")).AllowedInternalHosts);
        Assert.Empty(Read(("MARKETPLACE_FETCH_HOSTS", "git.bank.example")).SandboxHosts);
        Assert.Equal(["sandbox.bank.example:8443"], Read(("MARKETPLACE_SANDBOX_HOSTS", "sandbox.bank.example:8443")).SandboxHosts);
        Assert.Empty(Read(("MARKETPLACE_SANDBOX_HOSTS", "sandbox.bank.example:8443")).AllowedInternalHosts);
    }

    [Fact]
    public void A_file_without_authorities_stops_the_start_and_is_named()
    {
        var folder = TestFolder.Create("fetching");
        var empty = Path.Combine(folder, "empty.pem");
        File.WriteAllText(empty, "");
        foreach (var file in new[] { empty, Path.Combine(folder, "missing.pem") })
            Assert.Contains(file, Assert.Throws<StartupException>(() => Read(("MARKETPLACE_FETCH_AUTHORITIES", file))).Message, StringComparison.Ordinal);
        TestFolder.Delete(folder);
    }

    private static Core.Fetching.FetchOptions Read(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build().ReadFetching();
}
