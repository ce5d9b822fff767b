namespace Marketplace.Core.Access.Approval.Language;

/// <summary>Whose word an endpoint needs, in the order in which they are asked and named.</summary>
public enum ApproverRole
{
    /// <summary>An owner of the API's team.</summary>
    Owner,
    SecurityOfficer,

    /// <summary>A platform administrator.</summary>
    Platform,
}
