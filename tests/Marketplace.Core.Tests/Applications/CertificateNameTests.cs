using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Core.Applications;

namespace Marketplace.Core.Tests.Applications;

public sealed class CertificateNameTests
{
    [Theory]
    // A PrintableString of other characters, and what is no text at all.
    [InlineData(new byte[] { 0x13, 0x02, 0xFF, 0x40 })]
    [InlineData(new byte[] { 0x30, 0x00 })]
    public void A_subject_that_cannot_be_read_is_nobodys(byte[] commonName)
    {
        var subject = new AsnWriter(AsnEncodingRules.DER);
        using (subject.PushSequence())
        using (subject.PushSetOf())
        using (subject.PushSequence())
        {
            subject.WriteObjectIdentifier("2.5.4.3");
            subject.WriteEncodedValue(commonName);
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest(new X500DistinguishedName(subject.Encode()), key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        Assert.True(CertificateName.TryParse("dn:CN=app", out var name));
        Assert.False(name.Matches(certificate));
    }
}
