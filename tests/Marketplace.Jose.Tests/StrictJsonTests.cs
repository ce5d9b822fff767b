using System.Text;
using Marketplace.Testing;

namespace Marketplace.Jose.Tests;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"b":{"a":1,"a":2}}""")]
    [InlineData("""{"b":[{"a":1,"a":2}]}""")]
    [InlineData("""{"a":1} x""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{/**/"a":1}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("\uFEFF{}")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a":"\u00"}""")]
    [InlineData("""{"a":NaN}""")]
    [Standard("RFC 7515 §4")]
    [Standard("RFC 7519 §4")]
    public void What_two_parsers_could_read_differently_is_refused(string json) =>
        Assert.False(StrictJson.TryParseObject(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Invalid_UTF8_and_deep_nesting_are_refused()
    {
        Assert.False(StrictJson.TryParseObject(new byte[] { (byte)'{', (byte)'"', 0xC0, (byte)'"', (byte)':', (byte)'1', (byte)'}' }, out _));
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 17)) + "1" + new string('}', 17);
        Assert.False(StrictJson.TryParseObject(Encoding.UTF8.GetBytes(deep), out _));
    }

    [Fact]
    public void A_plain_object_is_read_escapes_included()
    {
        Assert.True(StrictJson.TryParseObject("""{"a":"\u00e9","b":"x"}"""u8.ToArray(), out var document));
        using (document)
        {
            Assert.True(StrictJson.TryGetOptionalString(document.RootElement, "a", out var value));
            Assert.Equal("é", value);
            Assert.True(StrictJson.TryGetOptionalString(document.RootElement, "c", out value));
            Assert.Null(value);
        }
    }
}
