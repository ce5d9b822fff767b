using Marketplace.Testing;

namespace Marketplace.EndToEnd.Framework;

internal static class Build
{
    private static string Configuration => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>A file of another project, as built in the configuration of these tests.</summary>
    public static string Output(string area, string project, string file) =>
        Repository.File(area, project, "bin", Configuration, "net10.0", file);
}
