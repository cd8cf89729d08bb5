using System.Text.RegularExpressions;
using AuthGateway.Configuration.Catalogue;
using AuthGateway.Proxy;

namespace AuthGateway.SystemTests.Parts;

/// <summary>The header lists that we ship: of the EnvoyFilter in <c>manifests/envoy-filter</c> and of the extension provider in docs/deploy-istio-provider.md.</summary>
internal static class ShippedFilter
{
    /// <summary>What our filter copies from an allowing answer: also the value of <c>EXT_AUTHZ_UPSTREAM_HEADERS</c>.</summary>
    public static string UpstreamHeaders => Patterns("allowed_upstream_headers");

    /// <summary>The EnvoyFilter's lists as settings of <c>kubeflow-ext-authz-http</c>.</summary>
    public static (string Name, string Value)[] Settings() =>
    [
        ("CHECK_HEADERS", Patterns("allowed_headers")), ("UPSTREAM_HEADERS", UpstreamHeaders), ("CLIENT_HEADERS_ON_ALLOW", Patterns("allowed_client_headers_on_success")),
    ];

    /// <summary>The guide's lists as settings of <c>istio-extension-provider-http</c>.</summary>
    public static (string Name, string Value)[] ProviderSettings() =>
    [
        ("CHECK_HEADERS", GuideList("includeRequestHeadersInCheck")), ("UPSTREAM_HEADERS", GuideList("headersToUpstreamOnAllow")),
        ("CLIENT_HEADERS_ON_ALLOW", GuideList("headersToDownstreamOnAllow")), ("CLIENT_HEADERS_ON_DENY", GuideList("headersToDownstreamOnDeny")),
    ];

    private static string Patterns(string list)
    {
        var filter = File.ReadAllText(Repository.PathOf("manifests", "envoy-filter", "envoy-filter.yaml"));
        var block = Regex.Match(filter, $@"\b{list}:\s+patterns:\n((?:\s+(?:- (?:exact|prefix): \S+|#[^\n]*)\n?)+)");
        Assert.True(block.Success, $"No list {list} in the shipped filter.");
        return string.Join(',', Regex.Matches(block.Groups[1].Value, @"(exact|prefix): (\S+)").Select(line => line.Groups[2].Value + (line.Groups[1].Value == "prefix" ? "*" : "")));
    }

    private static string GuideList(string list)
    {
        var guide = File.ReadAllText(Repository.PathOf("docs", "deploy-istio-provider.md"));
        var found = Regex.Match(guide, list + @": \[([^\]]+)\]");
        Assert.True(found.Success, $"No list {list} in the guide.");
        return Regex.Replace(found.Groups[1].Value, @"\s", "").Replace("\"", "", StringComparison.Ordinal);
    }
}
