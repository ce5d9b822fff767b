using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Core.Data;

/// <summary>One file of db/migrations: NNNN_name.sql.</summary>
public sealed record MigrationScript(int Version, string Name, string Sql)
{
    private const string Folder = "migrations/";

    /// <summary>Over the text with LF line ends, so that a checkout's line ends do not count as a change.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    public static IReadOnlyList<MigrationScript> Embedded { get; } = Read(typeof(MigrationScript).Assembly);

    private static MigrationScript[] Read(Assembly assembly) => InOrder(assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .Select(name => Parse(name[Folder.Length..], assembly.GetManifestResourceStream(name)!)));

    public static MigrationScript[] InOrder(IEnumerable<MigrationScript> scripts)
    {
        MigrationScript[] ordered = [.. scripts.OrderBy(script => script.Version)];
        for (var i = 0; i < ordered.Length; i++)
            if (ordered[i].Version != i + 1)
                throw new MigrationException($"db/migrations must be numbered 0001, 0002 … without a gap or a double: {ordered[i].Name} is in place {i + 1}.");
        return ordered;
    }

    private static MigrationScript Parse(string file, Stream content)
    {
        using var reader = new StreamReader(content, Encoding.UTF8);
        var name = Path.GetFileNameWithoutExtension(file);
        return int.TryParse(name.Split('_')[0], out var version)
            ? new(version, name, reader.ReadToEnd())
            : throw new MigrationException($"db/migrations/{file} does not begin with its number.");
    }
}
