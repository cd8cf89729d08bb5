using AuthGateway.Configuration.Catalogue;
using AuthGateway.Pipeline;

namespace AuthGateway.Tests.Forwarding;

/// <summary>X1, X8: every managed, stripped or forwarded header name × trusted proxy or stranger × <c>UPSTREAM_URL</c> or <c>ROUTES_FILE</c>.</summary>
public class HeaderTableTests
{
    private static readonly string[] Ours = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"];

    public static TheoryData<bool, bool> Ways => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Header_of_a_proxy_passes_from_a_trusted_one_and_from_nobody_else(bool byRoutes, bool trusted)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);
        var peer = trusted ? ForwardingRig.Proxy : "127.0.0.1";
        foreach (var name in IdentityHeaders.OnlyFromTrusted.Select(Spelled).Except(Ours))
        {
            Assert.Equal(200, (await rig.SendFromAsync(peer, "/app", rig.Cookie, name + ": /seen", "X-Case-Id: " + name)).Status);

            Assert.Equal((name, trusted ? "/seen" : null), (name, rig.Upstream.Last.Header(name)));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Other_spelling_of_a_proxys_header_never_passes(bool byRoutes, bool trusted)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);
        var names = IdentityHeaders.OnlyFromTrusted.Select(Spelled).Where(name => name.Contains('-', StringComparison.Ordinal)).ToList();

        await rig.SendFromAsync(trusted ? ForwardingRig.Proxy : "127.0.0.1", "/app", [rig.Cookie, .. names.Select(name => name.Replace('-', '_') + ": forged")]);

        Assert.DoesNotContain(rig.Upstream.Last.Lines, line => line.Contains("forged", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Identity_never_passes_whoever_sends_it(bool byRoutes, bool trusted)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes, new() { ["CLAIM_HEADERS"] = "sub:X-Subject" });
        var names = IdentitySettings.DefaultStripHeaders.Split(' ').Select(Spelled).Concat(["kubeflow-userid", "kubeflow-groups", "Auth-Method", "X-Subject"]).ToList();
        foreach (var target in new[] { "/app", "/public/x" })
        {
            foreach (var spelled in new[] { names, names.ConvertAll(name => name.Replace('-', '_')), names.ConvertAll(name => name.ToUpperInvariant()) })
            {
                var answer = await rig.SendFromAsync(trusted ? ForwardingRig.Proxy : "127.0.0.1", target, [rig.Cookie, .. spelled.Select(name => name + ": forged")]);

                Assert.Equal(200, answer.Status);
                Assert.DoesNotContain(rig.Upstream.Last.Lines, line => line.Contains("forged", StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Clients_address_is_appended_behind_a_trusted_proxy_and_is_the_peer_otherwise(bool byRoutes, bool trusted)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);
        var peer = trusted ? ForwardingRig.Proxy : "127.0.0.1";

        await rig.SendFromAsync(peer, "/app", rig.Cookie, "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example");

        Assert.Equal([trusted ? "203.0.113.7, 127.0.0.2" : "127.0.0.1"], rig.Upstream.Last.AllFolded("X-Forwarded-For"));
        Assert.Equal(["https"], rig.Upstream.Last.AllFolded("X-Forwarded-Proto"));
        Assert.Equal([GatewayRig.PublicHost], rig.Upstream.Last.AllFolded("X-Forwarded-Host"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Visit_behind_a_proxy_that_changes_host_goes_to_the_provider(bool byRoutes)
    {
        await using var rig = await ForwardingRig.StartAsync(byRoutes);

        var answer = await rig.SendFromAsync(ForwardingRig.Proxy, "/app", "Host: inner", "X-Forwarded-Host: " + GatewayRig.PublicHost, "X-Forwarded-Proto: https", "Accept: text/html");

        Assert.Equal(302, answer.Status);
        Assert.StartsWith(rig.Gateway.Provider.Issuer, answer.Location, StringComparison.Ordinal);
    }

    private static string Spelled(string name) => name.EndsWith('*') ? name.TrimEnd('*') + "X" : name;
}
