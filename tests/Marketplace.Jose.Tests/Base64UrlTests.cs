using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Testing;

namespace Marketplace.Jose.Tests;

public sealed class Base64UrlTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "Zg")]
    [InlineData("fo", "Zm8")]
    [InlineData("foo", "Zm9v")]
    [InlineData("foob", "Zm9vYg")]
    [Standard("RFC 7515 §2")]
    public void The_vectors_of_RFC_4648_hold_without_padding(string text, string encoded)
    {
        Assert.Equal(encoded, Base64Url.Encode(Encoding.ASCII.GetBytes(text)));
        Assert.True(Base64Url.TryDecode(encoded, out var bytes));
        Assert.Equal(text, Encoding.ASCII.GetString(bytes));
    }

    [Theory]
    [InlineData("Zg==")]
    [InlineData("Zg=")]
    [InlineData("Z")]
    [InlineData("Zm9vY")]
    [InlineData("Zh")]      // stray bits: would decode to "f" too
    [InlineData("Zm9")]     // stray bits: would decode to "fo" too
    [InlineData("Zm 9v")]
    [InlineData("Zm9v\n")]
    [InlineData(" Zm9v")]
    [InlineData("Zm+v")]
    [InlineData("Zm/v")]
    [InlineData("Zm%v")]
    [InlineData("Zmév")]
    [InlineData("Zm\09")]
    [Standard("RFC 7515 §2")]
    public void Anything_but_the_one_canonical_form_is_refused(string text)
    {
        Assert.False(Base64Url.TryDecode(text, out var bytes));
        Assert.Null(bytes);
        Span<byte> buffer = stackalloc byte[16];
        Assert.False(Base64Url.TryDecode(Encoding.UTF8.GetBytes(text), buffer, out var written));
        Assert.Equal(0, written);
    }

    [Fact]
    public void A_destination_that_is_too_small_is_refused()
    {
        Assert.False(Base64Url.TryDecode("Zm9v".AsSpan(), stackalloc byte[2], out _));
        Assert.True(Base64Url.TryDecode("Zm9v".AsSpan(), stackalloc byte[3], out var written));
        Assert.Equal(3, written);
    }

    [Fact]
    public void Every_byte_string_survives_the_round_trip() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var text = Base64Url.Encode(bytes);
            Span<byte> utf8 = stackalloc byte[Base64Url.EncodedLength(bytes.Length)];
            Assert.Equal(text.Length, Base64Url.Encode(bytes, utf8));
            Assert.Equal(text, Encoding.ASCII.GetString(utf8));
            Assert.True(Base64Url.TryDecode(text, out var decoded));
            Assert.Equal(bytes, decoded);
        }).Check(Thorough);

    [Fact]
    public void Whatever_is_accepted_is_its_own_only_encoding()
    {
        var texts = Gen.Elements("ABgw-_09+/= \n".ToCharArray()).ArrayOf().Select(characters => new string(characters)).ToArbitrary();
        var accepted = 0;
        Prop.ForAll(texts, text =>
        {
            if (!Base64Url.TryDecode(text, out var bytes))
                return;
            accepted++;
            Assert.Equal(text, Base64Url.Encode(bytes));
        }).Check(Thorough);
        Assert.NotEqual(0, accepted);
    }

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(2000);
}
