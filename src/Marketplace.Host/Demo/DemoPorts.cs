namespace Marketplace.Host.Demo;

/// <summary>tools/samples.sh starts the samples at these.</summary>
/// <param name="Marketplace">Our own port.</param>
public sealed record DemoPorts(int Marketplace)
{
    public Uri Provider => new($"http://localhost:{Marketplace + 1}");

    public Uri Sandbox => new($"http://localhost:{Marketplace + 5}");
}
