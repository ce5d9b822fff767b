using Marketplace.Contracts.Discovery;

namespace Marketplace.Contracts.Tests.Discovery;

public sealed class InstanceRegistrationTests
{
    [Theory]
    [InlineData("https://10.1.2.3:8443")]
    [InlineData("http://payments-7.pods.bank.example")]
    [InlineData("https://[2001:db8::7]:8443/payments")]
    public void An_address_that_callers_reach_is_taken(string url) => Assert.Null(Of(url).Problem(allowLoopback: false));

    [Theory]
    [InlineData("")]
    [InlineData("10.1.2.3:8443")]
    [InlineData("ftp://10.1.2.3")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//10.1.2.3")]
    [InlineData("https://user:secret@10.1.2.3")]
    [InlineData("https://10.1.2.3/?a=b")]
    [InlineData("https://10.1.2.3/#a")]
    [InlineData("https://10.1.2.3?")]
    [InlineData("https://10.1.2.3:0")]
    [InlineData("http://127.0.0.1:5080")]
    [InlineData("http://2130706433")]
    [InlineData("http://0x7f.1")]
    [InlineData("http://localhost")]
    [InlineData("http://localhost.:80")]
    [InlineData("http://a.LOCALHOST")]
    [InlineData("http://[::1]")]
    [InlineData("http://[::ffff:127.0.0.1]")]
    [InlineData("http://[::]")]
    [InlineData("http://0.0.0.0")]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[fe80::1]")]
    [InlineData("http://224.0.0.1")]
    [InlineData("http://255.255.255.255")]
    [InlineData("http://[ff02::1]")]
    [InlineData("http://10.1.2.3/a\0b")]
    [InlineData("http://10.1.2.3/a\nb")]
    [InlineData(" http://10.1.2.3")]
    [InlineData("http://10.1.2.3/\ud800")]
    [InlineData("http://10.1.2.3\\a")]
    public void An_address_that_callers_must_not_be_sent_to_is_refused(string url) =>
        Assert.Equal("address_invalid", Of(url).Problem(allowLoopback: false)?.Code);

    [Fact]
    public void Only_loopback_is_allowed_where_the_marketplace_itself_is_on_it()
    {
        Assert.Null(Of("http://localhost:5081").Problem(allowLoopback: true));
        Assert.Null(Of("http://127.0.0.1:5081").Problem(allowLoopback: true));
        Assert.Equal("address_invalid", Of("http://169.254.169.254").Problem(allowLoopback: true)?.Code);
    }

    [Fact]
    public void What_is_out_of_bounds_is_named()
    {
        var good = Of("https://10.1.2.3");
        Assert.Equal("address_invalid", Of("https://" + new string('a', 300)).Problem(false)?.Code);
        Assert.Equal("name_invalid", (good with { Zone = "a b" }).Problem(false)?.Code);
        Assert.Equal("name_invalid", (good with { Version = "" }).Problem(false)?.Code);
        Assert.Equal("weight_invalid", (good with { Weight = 1001 }).Problem(false)?.Code);
        Assert.Equal("weight_invalid", (good with { Weight = -1 }).Problem(false)?.Code);
        Assert.Equal("share_invalid", (good with { Version = "2", Share = 101 }).Problem(false)?.Code);
        Assert.Equal("share_invalid", (good with { Share = 10 }).Problem(false)?.Code);
        Assert.Equal("lease_invalid", (good with { Lease = 4 }).Problem(false)?.Code);
        Assert.Equal("state_invalid", (good with { State = InstanceState.Lapsed }).Problem(false)?.Code);
    }

    private static InstanceRegistration Of(string url) => new() { Url = url };
}
