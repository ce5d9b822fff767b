namespace Marketplace.Testing;

public static class Repository
{
    public static string Root { get; } = Find();

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (System.IO.File.Exists(Path.Combine(folder, "Marketplace.sln"))) return folder;
        throw new InvalidOperationException($"No Marketplace.sln above {AppContext.BaseDirectory}");
    }
}
