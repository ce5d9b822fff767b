using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Marketplace.Core.Applications;

/// <summary>The one subject name or alternative name that stands for a client (RFC 8705 §2.1.2): <c>dns:app.bank.example</c>.</summary>
public sealed record CertificateName(string Kind, string Value)
{
    private const string SubjectAlternativeNames = "2.5.29.17";
    private const int MaxLength = 1000;

    private static readonly string[] Kinds = ["dns", "uri", "ip", "email", "dn"];

    public static bool LooksLike(string text) => Array.Exists(Kinds, kind => text.StartsWith(kind + ":", StringComparison.OrdinalIgnoreCase));

    public static bool TryParse(string text, [NotNullWhen(true)] out CertificateName? name)
    {
        name = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (!LooksLike(text) || text.Length > MaxLength || text.Any(char.IsControl))
            return false;
        var (kind, value) = (text[..colon].ToLowerInvariant(), text[(colon + 1)..].Trim());
        var normal = kind switch
        {
            "dns" => Uri.CheckHostName(value) == UriHostNameType.Dns ? value.ToLowerInvariant() : null,
            "uri" => Uri.IsWellFormedUriString(value, UriKind.Absolute) ? value : null,
            "ip" => IPAddress.TryParse(value, out var address) && (value.Contains(':', StringComparison.Ordinal) || address.ToString() == value) ? address.ToString() : null,
            "email" => value.Count(c => c == '@') == 1 ? value : null,
            _ => Parts(value) is { Count: > 0 } ? value : null,
        };
        name = normal is null ? null : new CertificateName(kind, normal);
        return name is not null;
    }

    public bool Matches(X509Certificate2 certificate) => Kind == "dn"
        ? Parts(Value) is { } ours && Parts(certificate.SubjectName) is { } theirs && ours.SequenceEqual(theirs)
        : Alternatives(certificate).Contains(this);

    public override string ToString() => $"{Kind}:{Value}";

    private static List<(string?, string?)>? Parts(string distinguishedName)
    {
        try
        {
            return Parts(new X500DistinguishedName(distinguishedName));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Attribute by attribute, since one name has several encodings. Null if a part has several attributes, or cannot be read.</summary>
    private static List<(string?, string?)>? Parts(X500DistinguishedName name)
    {
        try
        {
            var parts = name.EnumerateRelativeDistinguishedNames().ToList();
            return parts.Exists(part => part.HasMultipleElements)
                ? null
                : [.. parts.Select(part => (part.GetSingleElementType().Value, part.GetSingleElementValue()))];
        }
        catch (CryptographicException)
        {
            // Made by somebody, as the alternative names below.
            return null;
        }
    }

    /// <summary>GeneralName of RFC 5280 §4.2.1.6: [1] rfc822Name, [2] dNSName, [6] URI, [7] iPAddress.</summary>
    private static List<CertificateName> Alternatives(X509Certificate2 certificate)
    {
        var names = new List<CertificateName>();
        if (certificate.Extensions[SubjectAlternativeNames] is not { } extension)
            return names;
        try
        {
            var all = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (all.HasData)
            {
                var tag = all.PeekTag();
                var name = (tag.TagClass, tag.TagValue) switch
                {
                    (TagClass.ContextSpecific, 1) => new CertificateName("email", all.ReadCharacterString(UniversalTagNumber.IA5String, tag)),
                    (TagClass.ContextSpecific, 2) => new CertificateName("dns", all.ReadCharacterString(UniversalTagNumber.IA5String, tag).ToLowerInvariant()),
                    (TagClass.ContextSpecific, 6) => new CertificateName("uri", all.ReadCharacterString(UniversalTagNumber.IA5String, tag)),
                    (TagClass.ContextSpecific, 7) => new CertificateName("ip", new IPAddress(all.ReadOctetString(tag)).ToString()),
                    _ => null,
                };
                if (name is null)
                    all.ReadEncodedValue();
                else
                    names.Add(name);
            }
            return names;
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            // Made by somebody: not to be read is not to be believed.
            return [];
        }
    }
}
