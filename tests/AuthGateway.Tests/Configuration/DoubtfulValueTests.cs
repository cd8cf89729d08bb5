using AuthGateway.Tests.Compatibility;

namespace AuthGateway.Tests.Configuration;

/// <summary>A value that works, and probably not as it was meant, is named at start; <c>check</c> lists the same.</summary>
public class DoubtfulValueTests
{
    [Theory]
    [InlineData("SESSION_MAX_AGE=24", "SESSION_MAX_AGE: 24 is 24 seconds; write 24h")]
    [InlineData("SESSION_MAX_AGE=0x18", "SESSION_MAX_AGE: 0x18 is 24 seconds")]
    [InlineData("SESSION_IDLE_TIMEOUT=30", "SESSION_IDLE_TIMEOUT: 30 is 30 seconds; write 30m")]
    [InlineData("SESSION_IDLE_TIMEOUT=48h", "SESSION_IDLE_TIMEOUT: 172800 s is never reached, because a session ends after SESSION_MAX_AGE (86400 s)")]
    [InlineData("SESSION_REFRESH_MAX_INTERVAL=15", "SESSION_REFRESH_MAX_INTERVAL: 15 is 15 seconds; write 15m")]
    [InlineData("SESSION_REFRESH_MIN_INTERVAL=1h", "SESSION_REFRESH_MIN_INTERVAL: 3600 s is longer than SESSION_REFRESH_MAX_INTERVAL (900 s), which wins")]
    [InlineData("GROUPS_ALLOWLIST=admins;staff", "GROUPS_ALLOWLIST: 'admins;staff' is read as one group of exactly that name")]
    [InlineData("GROUPS_ALLOWLIST=\"admins\",staff", "GROUPS_ALLOWLIST: '\"admins\"' is read as one group of exactly that name")]
    [InlineData("UPSTREAM_URL=http://localhost:8080", "UPSTREAM_URL: http://localhost:8080 is the gateway itself")]
    [InlineData("API_PATHS=/*/api/", "API_PATHS: '/*/api/' matches only paths that end with a slash")]
    [InlineData("USERID_TOKEN_HEADER=kubeflow-userid-token", "USERID_TOKEN_HEADER: hands the user's ID token to every application")]
    [InlineData("SKIP_AUTH_URLS=/dex,open", "SKIP_AUTH_URLS: 'open' opens nothing, as in the replaced service: it does not begin with /; write /open")]
    [InlineData("SKIP_AUTH_URLS=/dex,/open/*", "SKIP_AUTH_URLS: '/open/*' opens nothing, as in the replaced service: a * stands for itself; /open opens everything below it")]
    [InlineData("SKIP_AUTH_URLS=/dex,/open?x=1", "SKIP_AUTH_URLS: '/open?x=1' opens nothing, as in the replaced service: the query is no part of a path; write /open")]
    [InlineData("SKIP_AUTH_URLS=/dex /open", "SKIP_AUTH_URLS: '/dex /open' is read as several entries here; the replaced service read one that opened nothing")]
    public void Doubtful_value_starts_and_is_named(string setting, string sentence)
    {
        var result = KubeflowEnvironments.Read("1.8", setting);

        Assert.Empty(result.Errors);
        Assert.Contains(result.Warnings, line => line.StartsWith(sentence, StringComparison.Ordinal));
    }

    /// <summary>A timer takes at most 49 days: the gateway would start, and fail at SIGTERM.</summary>
    [Theory]
    [InlineData("SHUTDOWN_TIMEOUT=50d")]
    [InlineData("SHUTDOWN_DELAY=25h")]
    [InlineData("STRANGER_TIMEOUT=90000")]
    public void Wait_of_more_than_a_day_is_refused(string setting)
    {
        var (name, value) = (setting.Split('=')[0], setting.Split('=')[1]);

        Assert.Equal([$"{name}: '{value}' is longer than a day; write at most 24h"], KubeflowEnvironments.Read("1.8", setting).Errors);
        Assert.Empty(KubeflowEnvironments.Read("1.8", name + "=24h").Errors);
    }

    /// <summary>The parameters of a login or logout would become part of it.</summary>
    [Theory]
    [InlineData("OIDC_AUTH_URL=/dex/auth#login")]
    [InlineData("OIDC_AUTH_URL=https://dex.example.com/auth#")]
    [InlineData("OIDC_END_SESSION_URL=https://dex.example.com/logout#x")]
    public void Address_with_a_fragment_is_refused(string setting) =>
        Assert.Contains(KubeflowEnvironments.Read("1.8", setting).Errors, line => line.StartsWith(setting.Split('=')[0] + ": neither a path", StringComparison.Ordinal));

    [Theory]
    [InlineData("SESSION_MAX_AGE=24h")]
    [InlineData("SESSION_MAX_AGE=86400")]
    [InlineData("SESSION_IDLE_TIMEOUT=15m")]
    [InlineData("SESSION_IDLE_TIMEOUT=24h")]
    [InlineData("SESSION_REFRESH_MIN_INTERVAL=15m")]
    [InlineData("SESSION_REFRESH_MAX_INTERVAL=1m")]
    [InlineData("GROUPS_ALLOWLIST=admins,staff")]
    [InlineData("GROUPS_ALLOWLIST=[\"a;b\"]")]
    [InlineData("UPSTREAM_URL=http://localhost:8888")]
    [InlineData("UPSTREAM_URL=http://dashboard.kubeflow.svc:8080")]
    [InlineData("API_PATHS=/pipeline/apis/")]
    [InlineData("SKIP_AUTH_URLS=/dex,/open/")]
    public void Usual_value_is_not(string setting) =>
        Assert.DoesNotContain(KubeflowEnvironments.Read("1.8", setting).Warnings, line => line.StartsWith(setting.Split('=')[0] + ":", StringComparison.Ordinal));

    [Theory]
    [InlineData("UPSTREAM_URL=http://127.0.0.1:8888")]
    [InlineData("PUBLIC_URL=https://kf.example.com")]
    public void Oldest_bypass_list_beside_todays_settings_is_named(string today)
    {
        var result = KubeflowEnvironments.Read("1.6", today);

        Assert.Contains(result.Warnings, line => line.StartsWith($"SKIP_AUTH_URI: beside {today.Split('=')[0]} it still switches to the profile of Kubeflow 1.6", StringComparison.Ordinal));
        Assert.DoesNotContain(KubeflowEnvironments.Read("1.6").Warnings, line => line.StartsWith("SKIP_AUTH_URI:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/open/", "/open", 302)]
    [InlineData("/open/", "/open/", 200)]
    [InlineData("/open/", "/open/x", 200)]
    [InlineData("/open/", "/opener", 302)]
    [InlineData("/open/", "/open/../app", 302)]
    [InlineData("/open", "/open", 200)]
    [InlineData("/dex,open", "/open", 302)]
    [InlineData("/dex,/open/*", "/open/x", 302)]
    [InlineData("/dex,/open?x=1", "/open?x=1", 302)]
    public async Task Entry_opens_no_more_than_the_replaced_service_did(string list, string target, int status)
    {
        await using var stock = await StockKubeflow.StartAsync(StockKubeflow.K18, "SKIP_AUTH_URLS=" + list);

        Assert.Equal(status, (await stock.GetAsync(target)).Status);
    }

    /// <summary>At the other doors: in-line, and where a proxy asks (nginx and Traefik's forward-auth, verify).</summary>
    [Theory]
    [InlineData("/open/", "/open", false)]
    [InlineData("/open/", "/open/x", true)]
    [InlineData("/open/", "/opener", false)]
    [InlineData("/open", "/open/x", true)]
    public async Task Entry_opens_the_same_at_every_door(string list, string target, bool isOpen)
    {
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SKIP_AUTH_URLS"] = list, ["TRUSTED_PROXIES"] = "127.0.0.0/8" });

        Assert.Equal(isOpen, (await rig.SendAsync("GET", target, "Accept: application/json")).Status == 200);
        Assert.Equal(isOpen, (await rig.SendAsync("GET", "/authservice/verify" + target, "Accept: application/json")).Status is 200 or 204);
        Assert.Equal(isOpen, (await rig.SendAsync("GET", "/authservice/forward-auth", "Accept: application/json", "X-Forwarded-Method: GET", "X-Forwarded-Proto: https", "X-Forwarded-Host: gw.example.test", "X-Forwarded-Uri: " + target)).Status is 200 or 204);
    }
}
