using AuthGateway.Configuration;

namespace AuthGateway.Quickstart;

/// <summary>The gateway's settings for the quickstart, read as an operator's are.</summary>
internal static class QuickstartSettings
{
    public const string ClientId = "authgateway-quickstart";
    public const string ClientSecret = "quickstart-secret-that-everybody-knows";

    /// <param name="publicUrl"><c>http://localhost:port</c>.</param>
    /// <param name="issuer">The provider's issuer, byte for byte.</param>
    /// <param name="upstream">The sample application.</param>
    /// <param name="storePath">Where the session database goes.</param>
    public static GatewayOptions Read(Uri publicUrl, string issuer, Uri upstream, string storePath)
    {
        var result = SettingsReader.Read(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["OIDC_PROVIDER"] = issuer,
                ["OIDC_SCOPES"] = "profile email groups",
                ["CLIENT_ID"] = ClientId,
                ["CLIENT_SECRET"] = ClientSecret,
                ["REDIRECT_URL"] = CallbackOf(publicUrl),
                ["UPSTREAM_URL"] = upstream.AbsoluteUri,
                ["SERVER_HOSTNAME"] = "localhost",
                ["SERVER_PORT"] = publicUrl.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["SKIP_AUTH_URLS"] = "/public",
                ["STORE_PATH"] = storePath,
                ["KUBERNETES_AUTHN_ENABLED"] = "false",
            },
            []);
        return result.Options is { } options
            ? options with { Server = options.Server with { ProbePort = 0, MetricsPort = 0, WebPort = 0 } }
            : throw new InvalidOperationException("The quickstart's own settings are broken: " + string.Join("; ", result.Errors));
    }

    public static string CallbackOf(Uri publicUrl) => new Uri(publicUrl, "/authservice/oidc/callback").AbsoluteUri;
}
