namespace Marketplace.Core.People;

/// <summary>Who may come in which way, and for how long.</summary>
public sealed record SignInRules
{
    /// <summary>The company's identity provider; null: local accounts only.</summary>
    public CompanyOptions? Company { get; init; }

    /// <summary>Whether local accounts sign in with their password.</summary>
    public bool Local { get; init; } = true;

    /// <summary>User names of local administrators who may do so although others may not: when the identity provider is away.</summary>
    public IReadOnlyList<string> BreakGlass { get; init; } = [];

    /// <summary>A session that nobody uses for so long has ended.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A session ends after so long, however much it is used.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The longest life of a personal access token, in days.</summary>
    public int TokenDays { get; init; } = 366;

    public bool MayUsePassword(string userName) => Local || BreakGlass.Contains(userName, StringComparer.OrdinalIgnoreCase);
}

/// <param name="Issuer">As it names itself, to the letter.</param>
/// <param name="Name">What the button says.</param>
public sealed record CompanyOptions(string Issuer, string Name)
{
    /// <summary>A local account is joined to who has the same address there, if the provider says that it is verified.</summary>
    public bool LinkVerifiedEmail { get; init; }

    /// <summary>Whether somebody new gets an account at the first sign-in.</summary>
    public bool Provision { get; init; } = true;
}
