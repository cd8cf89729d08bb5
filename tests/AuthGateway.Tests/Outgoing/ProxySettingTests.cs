using AuthGateway.Tests.Configuration;

namespace AuthGateway.Tests.Outgoing;

/// <summary><c>HTTPS_PROXY</c> and <c>NO_PROXY</c> as settings (D2).</summary>
public class ProxySettingTests
{
    [Theory]
    [InlineData("http://proxy.corp.example:3128", "http://proxy.corp.example:3128/")]
    [InlineData("proxy.corp.example:3128", "http://proxy.corp.example:3128/")]
    [InlineData("proxy:3128", "http://proxy:3128/")]
    [InlineData("10.0.0.1:3128", "http://10.0.0.1:3128/")]
    [InlineData("user:secret@proxy:3128", "http://user:secret@proxy:3128/")]
    [InlineData("https://proxy.corp.example", "https://proxy.corp.example/")]
    [InlineData("socks5://proxy:1080", "socks5://proxy:1080/")]
    [InlineData("socks5h://proxy:1080", "socks5://proxy:1080/")]
    public void D2_address_of_a_proxy(string written, string read) =>
        Assert.Equal(new Uri(read), KubeflowEnvironments.Read("1.8", "HTTPS_PROXY=" + written).Options!.Provider.Proxy.Https);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("http://")]
    [InlineData("ftp://proxy:21")]
    [InlineData("http://proxy:3128/path")]
    [InlineData("pass word@:x")]
    public void D2_no_address_is_refused_without_showing_it(string written)
    {
        var result = KubeflowEnvironments.Read("1.8", "HTTPS_PROXY=" + written);

        Assert.Null(result.Options);
        Assert.Equal(["HTTPS_PROXY: is no proxy address; write http://HOST:PORT (https://, socks5:// work too), or leave it empty"], result.Errors);
    }

    [Theory]
    [InlineData("https_proxy")]
    [InlineData("ALL_PROXY")]
    [InlineData("all_proxy")]
    public void The_platforms_other_spellings_count_and_need_no_remark(string name)
    {
        var result = KubeflowEnvironments.Read("1.8", name + "=http://proxy:3128");

        Assert.Equal(new Uri("http://proxy:3128"), result.Options!.Provider.Proxy.Https);
        Assert.DoesNotContain(result.Warnings, line => line.Contains("proxy", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void D2_an_entry_of_NO_PROXY_that_means_nothing_is_a_warning() =>
        Assert.Contains(KubeflowEnvironments.Read("1.8", "NO_PROXY=10.0.0.0/8,http://corp.example").Warnings, line => line.StartsWith("NO_PROXY: 'http://corp.example' means nothing", StringComparison.Ordinal));
}
