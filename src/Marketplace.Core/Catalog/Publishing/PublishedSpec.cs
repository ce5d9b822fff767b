using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Rules;

namespace Marketplace.Core.Catalog.Publishing;

/// <param name="Api">The API's name.</param>
/// <param name="Version">The major line, such as <c>v1</c>; it is made when it does not exist yet.</param>
/// <param name="Document">OpenAPI 2.0 to 3.2 in JSON or YAML.</param>
/// <param name="BasedOn">The revision that the publisher has seen; another one by now is a conflict. Null to publish on whatever is newest.</param>
/// <param name="AsDraft">A new line stays a draft, seen by its team only.</param>
/// <param name="OverrideReason">Why it may break a line that others rely on; without it such a revision is refused.</param>
public sealed record PublishSpecInput(
    string Api, string Version, ReadOnlyMemory<byte> Document, int? BasedOn = null, bool AsDraft = false, string? OverrideReason = null);

/// <param name="Api">The API's name.</param>
/// <param name="Version">The line.</param>
/// <param name="Revision">Its newest revision now.</param>
/// <param name="Unchanged">The same bytes were published before: there is no new revision.</param>
/// <param name="Operations">Published now.</param>
/// <param name="Added">New ones; nobody is granted them yet.</param>
/// <param name="Changed">Known ones whose path, text or tags changed.</param>
/// <param name="Removed">Gone from the document.</param>
/// <param name="Warnings">What was accepted and may surprise.</param>
/// <param name="PolicyRevision">Null when nothing changed.</param>
/// <param name="Score">By the rules that hold for it; null when nothing changed.</param>
/// <param name="Effect">Against the revision before; null for the first.</param>
public sealed record PublishedSpec(
    string Api, string Version, int Revision, bool Unchanged, int Operations, int Added, int Changed, int Removed,
    IReadOnlyList<Problem> Warnings, long? PolicyRevision, Score? Score = null, RevisionEffect? Effect = null);
