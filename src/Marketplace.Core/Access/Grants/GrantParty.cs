namespace Marketplace.Core.Access.Grants;

/// <summary>As what somebody ended, suspended or stopped something. Who is less cannot undo it.</summary>
public enum GrantParty
{
    /// <summary>The application's own team.</summary>
    Team,

    /// <summary>An owner of the API.</summary>
    Owner,
    SecurityOfficer,
}
