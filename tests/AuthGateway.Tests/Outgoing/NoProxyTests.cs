using AuthGateway.Configuration;

namespace AuthGateway.Tests.Outgoing;

/// <summary><c>NO_PROXY</c> row by row as golang.org/x/net/http/httpproxy reads it (D2).</summary>
public class NoProxyTests
{
    [Theory]
    [InlineData("corp.example", "https://corp.example", true)]
    [InlineData("corp.example", "https://idp.corp.example", true)]
    [InlineData("corp.example", "https://a.b.corp.example", true)]
    [InlineData("corp.example", "https://notcorp.example", false)]
    [InlineData("CORP.example", "https://idp.Corp.Example", true)]
    [InlineData(".corp.example", "https://idp.corp.example", true)]
    [InlineData(".corp.example", "https://corp.example", false)]
    [InlineData("*.corp.example", "https://idp.corp.example", true)]
    [InlineData("*.corp.example", "https://corp.example", false)]
    [InlineData("corp.example:8443", "https://idp.corp.example:8443", true)]
    [InlineData("corp.example:8443", "https://idp.corp.example", false)]
    [InlineData("corp.example:443", "https://idp.corp.example", true)]
    [InlineData("corp.example:80", "http://corp.example", true)]
    [InlineData(".corp.example:8443", "https://idp.corp.example:8443", true)]
    [InlineData("*.corp.example:8443", "https://idp.corp.example:443", false)]
    [InlineData("*", "https://anything.example", true)]
    [InlineData("*", "https://203.0.113.9", true)]
    [InlineData("a.example,*,b.example", "https://anything.example", true)]
    [InlineData("10.0.0.0/8", "https://10.1.2.3:6443", true)]
    [InlineData("10.1.2.3/8", "https://10.9.9.9", true)]
    [InlineData("10.0.0.0/8", "https://11.1.2.3", false)]
    [InlineData("fd00::/8", "https://[fd12::7]:6443", true)]
    [InlineData("fd00::/8", "https://[2001:db8::1]", false)]
    [InlineData("10.0.0.0/8", "https://ten.example", false)]
    [InlineData("203.0.113.9", "https://203.0.113.9:8443", true)]
    [InlineData("203.0.113.9:443", "https://203.0.113.9", true)]
    [InlineData("203.0.113.9:443", "https://203.0.113.9:8443", false)]
    [InlineData("[2001:db8::1]:8443", "https://[2001:db8::1]:8443", true)]
    [InlineData("[2001:db8::1]:8443", "https://[2001:db8::1]", false)]
    [InlineData("2001:db8::1", "https://[2001:db8::1]", true)]
    [InlineData("[2001:db8::1]", "https://[2001:db8::1]:9", true)]
    [InlineData("", "https://localhost:8443", true)]
    [InlineData("", "https://127.0.0.1", true)]
    [InlineData("", "https://127.8.9.10:5556", true)]
    [InlineData("", "https://[::1]:5556", true)]
    [InlineData("", "https://idp.example", false)]
    [InlineData(" , ,", "https://idp.example", false)]
    [InlineData("bücher.example", "https://bücher.example", true)]
    [InlineData("bücher.example", "https://www.xn--bcher-kva.example", true)]
    public void D2_row(string noProxy, string server, bool isDirect)
    {
        var list = NoProxyList.Parse(noProxy.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries), out var unknown);

        Assert.Empty(unknown);
        Assert.Equal(isDirect, list.Contains(new Uri(server)));
    }

    [Theory]
    [InlineData("http://corp.example")]
    [InlineData("10.0.0.0/33")]
    [InlineData("corp.example/8")]
    [InlineData("10.*")]
    [InlineData("*corp.example")]
    [InlineData("corp.*")]
    [InlineData("corp.example:http")]
    [InlineData("corp.example:0")]
    [InlineData(":8443")]
    [InlineData("[2001:db8::1")]
    [InlineData("10/8")]
    [InlineData(".")]
    public void D2_an_entry_that_means_nothing_is_named(string entry)
    {
        NoProxyList.Parse([entry], out var unknown);

        Assert.Equal([entry], unknown);
    }
}
