namespace Marketplace.Host.Embedded;

public sealed record EmbeddedPostgresOptions
{
    /// <summary>The cluster lives in <c>postgres/</c> below this folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Created when it is missing.</summary>
    public string Database { get; init; } = "marketplace";

    /// <summary>False only in tests: a crash of the machine may then lose the cluster.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>The system user that runs the server when the host is root, which PostgreSQL refuses to be.</summary>
    public string SystemUser { get; init; } = "marketplace";

    /// <summary>A folder with <c>bin/postgres</c> and <c>bin/initdb</c>; otherwise they are looked for.</summary>
    public string? Binaries { get; init; }

    /// <summary>How long a host that is stopping may keep the data folder.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}
