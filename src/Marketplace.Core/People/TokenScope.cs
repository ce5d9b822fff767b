namespace Marketplace.Core.People;

/// <summary>What a personal access token may be used for; within that it may do what its person may do.</summary>
public enum TokenScope
{
    /// <summary>See what its person sees; try out a document without publishing it.</summary>
    Read,

    /// <summary>Publish documents and guides, change and hand over APIs.</summary>
    Publish,

    /// <summary>Register applications and their credentials, ask for access, ask and answer questions.</summary>
    Request,

    /// <summary>Decide requests and revoke access; take it in an emergency, which is a decision, too.</summary>
    Decide,

    /// <summary>Teams, people, rules and signing keys.</summary>
    Administer,

    /// <summary>Its person's own account: tokens, sessions, password, what is followed and read.</summary>
    Account,
}
