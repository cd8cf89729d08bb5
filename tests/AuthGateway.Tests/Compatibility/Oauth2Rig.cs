namespace AuthGateway.Tests.Compatibility;

/// <summary>A gateway with the addresses of oauth2-proxy, set as Kubeflow sets them.</summary>
internal static class Oauth2Rig
{
    public static Dictionary<string, string> Settings(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["OAUTH2_ADDRESSES"] = "true",
            ["AUTHSERVICE_URL_PREFIX"] = "/oauth2/",
            ["VERIFY_AUTH_URL"] = "/oauth2/auth",
            ["REDIRECT_URL"] = $"https://{GatewayRig.PublicHost}/oauth2/callback",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    public static Task<GatewayRig> StartAsync(GatewayMode mode, params (string Name, string Value)[] more) => GatewayRig.StartAsync(mode, Settings(more));

    /// <summary>The cookie line of a new session.</summary>
    public static async Task<string> SessionAsync(GatewayRig rig)
    {
        var browser = rig.NewBrowser();
        await browser.VisitAsync(rig.PublicUrl + "/oauth2/start?rd=/oauth2/logged-in");
        return "Cookie: authservice_session=" + rig.SessionOf(browser);
    }
}
