namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>A way in which a schema can change, whatever it describes: with a <see cref="SchemaPlace"/> it is a <see cref="ChangeKind"/>.</summary>
/// <param name="Suffix">The end of the kind's id.</param>
/// <param name="InRequest">Callers send it.</param>
/// <param name="InResponse">Callers receive it.</param>
/// <param name="Sentence">As in <see cref="ChangeKind"/>.</param>
internal sealed record SchemaFacet(string Suffix, Verdict InRequest, Verdict InResponse, string Sentence)
{
    /// <summary>Less is valid than before: what callers send may be refused, what they receive they know.</summary>
    public static SchemaFacet Narrows(string suffix, string sentence) => new(suffix, Verdict.Breaking, Verdict.Compatible, sentence);

    /// <summary>More is valid than before: what callers send stays valid, what they receive may be new to them.</summary>
    public static SchemaFacet Widens(string suffix, string sentence) => new(suffix, Verdict.Compatible, Verdict.Breaking, sentence);

    public static SchemaFacet Always(string suffix, Verdict verdict, string sentence) => new(suffix, verdict, verdict, sentence);

    public ChangeKind In(SchemaPlace place) => ChangeKinds.Of(place, this);
}
