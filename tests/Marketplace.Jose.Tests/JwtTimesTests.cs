using System.Text.Json;
using Marketplace.Testing;

namespace Marketplace.Jose.Tests;

public sealed class JwtTimesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData("""{"exp":1800000001}""", JwtTimeFailure.None)]
    [InlineData("""{"exp":1800000000}""", JwtTimeFailure.None)]
    [InlineData("""{"exp":1799999991}""", JwtTimeFailure.None)]
    [InlineData("""{"exp":1799999990}""", JwtTimeFailure.Expired)]
    [InlineData("""{"exp":1799999990.5}""", JwtTimeFailure.None)]
    [InlineData("""{"exp":1.8000003e9}""", JwtTimeFailure.None)]
    [InlineData("""{"exp":0}""", JwtTimeFailure.Expired)]
    [InlineData("""{"exp":1800000300,"nbf":1800000010}""", JwtTimeFailure.None)]
    [InlineData("""{"exp":1800000300,"nbf":1800000011}""", JwtTimeFailure.NotYetValid)]
    [InlineData("""{"exp":1800000300,"iat":1800000011}""", JwtTimeFailure.NotYetValid)]
    [InlineData("""{"exp":1800000300,"iat":1799999999}""", JwtTimeFailure.None)]
    [InlineData("{}", JwtTimeFailure.Malformed)]
    [InlineData("""{"exp":"1800000300"}""", JwtTimeFailure.Malformed)]
    [InlineData("""{"exp":null}""", JwtTimeFailure.Malformed)]
    [InlineData("""{"exp":-1}""", JwtTimeFailure.Malformed)]
    [InlineData("""{"exp":1e400}""", JwtTimeFailure.Malformed)]
    [InlineData("""{"exp":1e30}""", JwtTimeFailure.Malformed)]
    [InlineData("""{"exp":1800000300,"nbf":"x"}""", JwtTimeFailure.Malformed)]
    [InlineData("""{"exp":1800000300,"iat":true}""", JwtTimeFailure.Malformed)]
    [Standard("RFC 7519 §4.1.4")]
    [Standard("RFC 7519 §4.1.5")]
    [Standard("RFC 7519 §4.1.6")]
    public void Times_hold_within_ten_seconds_of_skew(string claims, JwtTimeFailure expected)
    {
        using var document = JsonDocument.Parse(claims);
        Assert.Equal(expected, JwtTimes.Check(document.RootElement, Now, JwtTimes.MaxSkew));
    }

    [Fact]
    public void Without_skew_a_token_ends_at_exp_sharp()
    {
        Assert.Equal(JwtTimeFailure.Expired, new JwtTimes(1_800_000_000, null, null).Check(Now, TimeSpan.Zero));
        Assert.Equal(JwtTimeFailure.None, new JwtTimes(1_800_000_000.5, 1_800_000_000, null).Check(Now, TimeSpan.Zero));
    }

    [Fact]
    public void More_than_ten_seconds_of_skew_cannot_be_asked_for() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new JwtTimes(1, null, null).Check(Now, TimeSpan.FromSeconds(11)));
}
