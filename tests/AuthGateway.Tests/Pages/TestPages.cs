using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Pages;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Pages;

/// <summary>A renderer with the least an operator must set, and a reader for what it made.</summary>
internal static class TestPages
{
    public static PageRenderer Renderer(PageOptions? pages = null) => new(new GatewayOptions
    {
        Provider = new ProviderOptions
        {
            Issuer = "https://idp.example.test",
            DiscoveryAddress = new Uri("https://idp.example.test/.well-known/openid-configuration"),
            Endpoints = new ProviderEndpoints(),
            ClientId = "client",
            ClientSecrets = SecretSource.Empty,
            Scopes = ["openid"],
        },
        Urls = new UrlOptions
        {
            Prefix = "/authservice/",
            RedirectUri = "/authservice/oidc/callback",
            CallbackPath = "/authservice/oidc/callback",
            AfterLogoutUrl = "/authservice/site/after_logout",
            HomepageUrl = "/authservice/site/homepage",
            VerifyPath = "/authservice/verify",
        },
        Server = new ServerOptions { ExtAuthzUpstreamHeaders = ["kubeflow-userid"] },
        Session = new AuthGateway.Configuration.SessionOptions { StorePath = "/tmp/unused.db", Secrets = SecretSource.Empty },
        Identity = new IdentityOptions { StripHeaders = [] },
        Access = new AccessOptions(),
        Pages = pages ?? new PageOptions(),
    });

    /// <summary>The sources of one directive, in order; fails when the directive is missing or there twice.</summary>
    public static string[] Sources(string policy, string directive) =>
        policy.Split(';', StringSplitOptions.TrimEntries)
            .Select(part => part.Split(' '))
            .Single(part => part[0] == directive)[1..];
}
