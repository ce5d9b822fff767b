using static Marketplace.Core.Catalog.Changes.Kinds.Verdict;

namespace Marketplace.Core.Catalog.Changes.Kinds;

/// <summary>Properties that come and go.</summary>
internal static class PropertyKinds
{
    public static readonly ChangeKind NewRequired = new("new-required-request-property", Breaking, "{0} is new and required.");
    public static readonly ChangeKind NewRequiredWithDefault = new(
        "new-required-request-property-with-default", Breaking, "{0} is new and required; its default {2} does not make a request without it valid.");
    public static readonly ChangeKind NewOptional = new("new-optional-request-property", Compatible, "{0} is new and optional.");

    // A service may go on ignoring it, or refuse it: the document does not say.
    public static readonly ChangeKind RequestRemoved = new("request-property-removed", Dangerous, "{0} is gone.");
    public static readonly ChangeKind BecameRequired = new("request-property-became-required", Breaking, "{0} is now required.");
    public static readonly ChangeKind BecameRequiredWithDefault = new(
        "request-property-became-required-with-default", Breaking, "{0} is now required; its default {2} does not make a request without it valid.");
    public static readonly ChangeKind BecameOptional = new("request-property-became-optional", Compatible, "{0} is no longer required.");
    public static readonly ChangeKind ResponseRequiredAdded = new("response-required-property-added", Compatible, "{0} is new and always there.");
    public static readonly ChangeKind ResponseOptionalAdded = new("response-optional-property-added", Compatible, "{0} is new and may be absent.");
    public static readonly ChangeKind ResponseRequiredRemoved = new("response-required-property-removed", Breaking, "{0} was always there and is gone.");

    // Callers had to live without it already, yet what they show or compute with it is lost.
    public static readonly ChangeKind ResponseOptionalRemoved = new("response-optional-property-removed", Dangerous, "{0} is gone; it could be absent before.");
    public static readonly ChangeKind ResponseBecameOptional = new("response-property-became-optional", Breaking, "{0} was always there and may now be absent.");
    public static readonly ChangeKind ResponseBecameRequired = new("response-property-became-required", Compatible, "{0} is now always there.");

    private static readonly (string From, string To, string Sentence)[] Flags =
    [
        ("became-read-only", "became-not-read-only", "read-only"), ("became-write-only", "became-not-write-only", "write-only"),
    ];

    public static IReadOnlyList<ChangeKind> All { get; } =
    [
        NewRequired, NewRequiredWithDefault, NewOptional, RequestRemoved, BecameRequired, BecameRequiredWithDefault, BecameOptional,
        ResponseRequiredAdded, ResponseOptionalAdded, ResponseRequiredRemoved, ResponseOptionalRemoved, ResponseBecameOptional, ResponseBecameRequired,
        .. from request in new[] { true, false }
           from required in new[] { true, false }
           from flag in new[] { 0, 1 }
           from set in new[] { true, false }
           select FlagChanged(request, required, readOnly: flag == 0, set),
    ];

    /// <summary>A read-only property is never in a request, a write-only one never in a response: setting the flag takes it out there, unsetting it puts it in.</summary>
    public static ChangeKind FlagChanged(bool request, bool required, bool readOnly, bool set)
    {
        var flag = Flags[readOnly ? 0 : 1];
        var id = $"{(request ? "request" : "response")}-{(required ? "required" : "optional")}-property-{(set ? flag.From : flag.To)}";
        return new(id, VerdictOf(request, required, readOnly, set), set ? $"{{0}} is now {flag.Sentence}." : $"{{0}} is no longer {flag.Sentence}.");
    }

    private static Verdict VerdictOf(bool request, bool required, bool readOnly, bool set) => (request, readOnly, set) switch
    {
        (true, true, false) => required ? Breaking : Compatible,
        (false, false, true) => required ? Breaking : Dangerous,
        _ => Compatible,
    };
}
