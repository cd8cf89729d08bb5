namespace AuthGateway.Tests.Compatibility;

/// <summary>A gateway with the settings of docs/migration-from-oauth2-proxy.md, and a user of its provider.</summary>
internal static class Oauth2ProxyRig
{
    public static readonly ProviderUser Ann = new("sub-ann", "ann@example.com")
    {
        Groups = ["staff", "admins"],
        Extra = new Dictionary<string, string?> { ["preferred_username"] = "ann" },
    };

    public static readonly string[] Forged =
        ["X-Forwarded-User: victim", "X-Forwarded-Email: victim", "x_forwarded_groups: victim", "X-Forwarded-Preferred-Username: victim", "X-Auth-Request-Email: victim", "X-Forwarded-Access-Token: victim"];

    public static Task<GatewayRig> StartExampleAsync() => StartAsync(Oauth2ProxyPage.Block("params.env"), GatewayMode.InLine);

    public static async Task<GatewayRig> StartAsync(Dictionary<string, string> settings, GatewayMode door)
    {
        var provider = await FakeProvider.StartAsync();
        settings["OIDC_PROVIDER"] = provider.Issuer;
        settings["CLIENT_ID"] = FakeProvider.ClientId;
        settings["SKIP_AUTH_URLS"] = settings.GetValueOrDefault("SKIP_AUTH_URLS", "");
        foreach (var name in new[] { "CLIENT_SECRET_FILE", "UPSTREAM_URL", "SERVER_PORT" })
        {
            settings.Remove(name);
        }

        return await GatewayRig.StartAsync(door, settings, provider: provider);
    }
}
