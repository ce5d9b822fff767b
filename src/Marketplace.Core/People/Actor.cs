namespace Marketplace.Core.People;

/// <summary>Who asks. Team membership is not in here: it is looked up in each query, so that leaving a team acts at once.</summary>
/// <param name="Id">The person.</param>
/// <param name="Name">For the audit trail.</param>
/// <param name="Role">The platform role, if any.</param>
/// <param name="Source">The address the request came from.</param>
public sealed record Actor(Guid Id, string Name, PlatformRole? Role, string Source)
{
    /// <summary>What happens by a schedule or because somebody else's server says so, and by nobody's hand.</summary>
    public static Actor System { get; } = new(Guid.Empty, "Marketplace", null, "system") { Channel = "system" };

    /// <summary>As <see cref="Credential"/>: a name and password, with which only an access token is made.</summary>
    public const string Password = "password";

    /// <summary>By which door: <c>portal</c>, <c>rest</c>, <c>system</c>. Null: not known.</summary>
    public string? Channel { get; init; }

    /// <summary>What proved who it is: <c>session:…</c> or <c>access_token:…</c> and its identifier, or <c>password</c>.</summary>
    public string? Credential { get; init; }

    public bool IsAdministrator => Role is PlatformRole.Administrator;

    /// <summary>Administrators, security officers and auditors see what teams keep to themselves.</summary>
    public bool ReadsEverything => Role is not null;
}
