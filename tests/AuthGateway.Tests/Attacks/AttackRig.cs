using System.Text;
using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Attacks;

/// <summary>Two gateways that all attack cases share, one per door, and the values of the placeholders.</summary>
public sealed class AttackRig : IAsyncLifetime
{
    public const string Victim = "victim@example.test";
    private readonly Dictionary<string, string> _sessions = [];

    internal GatewayRig InLine { get; private set; } = null!;

    internal GatewayRig ExtAuthz { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        InLine = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.2/32" });
        ExtAuthz = await GatewayRig.StartAsync(GatewayMode.ExtAuthz, new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.2/32" });
    }

    internal GatewayRig For(AttackCase attack) => attack.Mode == nameof(GatewayMode.ExtAuthz) ? ExtAuthz : InLine;

    internal async Task<string> SessionAsync(GatewayRig rig, ProviderUser user)
    {
        var key = rig.Mode + user.Subject;
        if (!_sessions.TryGetValue(key, out var session) || !await IsAliveAsync(rig, session))
        {
            session = rig.SessionOf(await rig.LogInAsync(user));
            _sessions[key] = session;
        }

        return session;
    }

    internal static async Task<bool> IsAliveAsync(GatewayRig rig, string session) =>
        (await rig.SendAsync("GET", "/alive", "Accept: application/json", "Cookie: authservice_session=" + session)).Status == 200;

    internal async Task<string> ExpandAsync(GatewayRig rig, string text)
    {
        Dictionary<string, string> values = new()
        {
            ["GATEWAY"] = GatewayRig.PublicHost,
            ["GATEWAY_BASE"] = rig.PublicUrl,
            ["PUBLIC_URL_ENC"] = Uri.EscapeDataString(rig.PublicUrl),
            ["PROTECTED"] = "/protected/app",
            ["PROTECTED_TAIL"] = "protected/app",
            ["PUBLIC"] = "/public/",
            ["PUBLIC_BARE"] = "/public",
            ["PUBLIC_TAIL"] = "public/",
            ["OWN"] = "/authservice",
            ["LOGIN"] = "/authservice/login",
            ["CALLBACK"] = "/authservice/oidc/callback",
            ["LOGOUT"] = "/authservice/logout",
            ["LOGOUT_RETURN_PARAM"] = "return_url",
            ["HEALTH"] = "/healthz",
            ["READY"] = "/readyz",
            ["CHECK_EXT"] = "",
            ["CHECK_NGINX"] = "/authservice/verify",
            ["CHECK_TRAEFIK"] = "/authservice/forward-auth",
            ["COOKIE"] = "authservice_session",
            ["STATE_COOKIE"] = "__Host-authservice_login_",
            ["USER"] = "alice@example.test",
            ["VICTIM"] = Victim,
            ["IDENTITY_HEADER"] = "kubeflow-userid",
            ["GROUPS_HEADER"] = "kubeflow-groups",
            ["EVIL"] = "evil.example.test",
            ["IDP_AUTHORIZE"] = Regex.Escape(rig.Provider.Issuer + "/authorize"),
        };
        values["SESSION"] = text.Contains("{SESSION}", StringComparison.Ordinal) ? await SessionAsync(rig, ProviderUser.Alice) : "";
        values["SESSION_BOB"] = text.Contains("{SESSION_BOB}", StringComparison.Ordinal) ? await SessionAsync(rig, ProviderUser.Bob) : "";
        text = Regex.Replace(text, "\\{REPEAT:(.):([0-9]+)\\}", match => new string(match.Groups[1].Value[0], int.Parse(match.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)));
        text = Regex.Replace(text, "\\{([A-Z_]+)\\}", match => values.GetValueOrDefault(match.Groups[1].Value, match.Value));
        return Regex.Replace(text, "\\{B64:([^}]*\\}?[^}]*)\\}", match => Convert.ToBase64String(Encoding.UTF8.GetBytes(match.Groups[1].Value)));
    }

    public async ValueTask DisposeAsync()
    {
        await InLine.DisposeAsync();
        await ExtAuthz.DisposeAsync();
    }
}
