using System.Text.Encodings.Web;
using System.Text.Json;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>Public paths, paths of programs, bearer tokens.</summary>
internal static class AccessTranslator
{
    private const string Cluster = "kubernetes.default.svc";

    private static readonly JsonSerializerOptions Readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Translate(ForeignOptions options, Translation to)
    {
        PublicPaths(options, to);
        var routes = options.List("api_routes").Where(route => route.Length > 0).Select(route => "~" + route).ToList();
        to.Set("API_PATHS", Listed(routes), options.Label("api_routes"));
        Tokens(options, to);
        Opened(options, to);
    }

    private static void PublicPaths(ForeignOptions options, Translation to)
    {
        var label = options.Label(options.Has("skip_auth_routes") ? "skip_auth_routes" : "skip_auth_regex");
        var routes = options.List("skip_auth_routes")
            .Where(route => route.Length > 0)
            .Select(route => Route(route, options.Label("skip_auth_routes"), to))
            .OfType<string>()
            .Concat(options.List("skip_auth_regex").Where(regex => regex.Length > 0).Select(regex => "~" + regex))
            .ToList();
        to.Set("SKIP_AUTH_ROUTES", Listed(routes), label);
    }

    // METHOD=pattern. A != anywhere negates the whole entry there; the method ends at the first =.
    private static string? Route(string route, string label, Translation to)
    {
        if (route.Contains("!=", StringComparison.Ordinal))
        {
            to.Warn(
                label, $"'{route}' opens all paths but some, which is not done: they stay closed; name the public ones");
            return null;
        }

        var equals = route.IndexOf('=', StringComparison.Ordinal);
        var method = equals > 0 ? route[..equals].ToUpperInvariant() : "";
        if (method.Any(c => !char.IsAsciiLetterUpper(c)))
        {
            to.Warn(label, $"'{route}' opens nothing, as there: what is before = is no method");
            return null;
        }

        return (method.Length > 0 ? method + "=~" : "~") + route[(equals + 1)..];
    }

    private static void Tokens(ForeignOptions options, Translation to)
    {
        var label = options.Label("skip_jwt_bearer_tokens");
        var issuers = options.List("extra_jwt_issuers").Where(entry => entry.Length > 0).ToList();
        var takesTokens = options.Flag("skip_jwt_bearer_tokens", absent: false, doubtful: false);
        to.Set("IDTOKEN_AUTHN_ENABLED", takesTokens ? "true" : "false", label);
        var audiences = new List<string>();
        foreach (var issuer in issuers)
        {
            var equals = issuer.LastIndexOf('=');
            if (takesTokens && equals > 0 && issuer.Contains(Cluster, StringComparison.Ordinal))
            {
                audiences.Add(issuer[(equals + 1)..]);
            }
            else
            {
                to.Warn(
                    options.Label("extra_jwt_issuers"),
                    $"tokens of {(equals > 0 ? issuer[..equals] : issuer)} are refused with 401: "
                    + (takesTokens
                        ? "only those of the provider and of the cluster are read"
                        : "skip_jwt_bearer_tokens is false"));
            }
        }

        // Each issuer has audiences of its own there. Here one list counts for access tokens and
        // for those of the cluster, so only one kind is accepted.
        to.Set("KUBERNETES_AUTHN_ENABLED", audiences.Count > 0 ? "true" : "false", options.Label("extra_jwt_issuers"));
        to.Set("ACCESS_TOKEN_AUTHN_ENABLED", takesTokens && audiences.Count == 0 ? "true" : "false", label);
        List<string> accepted = audiences.Count > 0
            ? audiences
            : [.. options.List("oidc_extra_audiences").Append(options.Text("client_id") ?? "")];
        if (options.List("oidc_extra_audiences").Count > 0 && (!takesTokens || audiences.Count > 0))
        {
            to.Note(options.Label("oidc_extra_audiences"), "not used: no access tokens are accepted");
        }

        to.Set("AUDIENCES", takesTokens ? Joined(accepted) : null, options.Label("oidc_extra_audiences"));
    }

    // Options that would let requests pass without a login, or with headers of their own.
    private static void Opened(ForeignOptions options, Translation to)
    {
        if (options.List("trusted_ips").Any(address => address.Length > 0))
        {
            to.Warn(options.Label("trusted_ips"), "NOT done: no address passes without a login");
        }

        if (options.Flag("skip_auth_preflight", absent: false, doubtful: true))
        {
            to.Warn(options.Label("skip_auth_preflight"), "NOT done: OPTIONS without a session is 401");
        }

        if (!options.Flag("skip_auth_strip_headers", absent: true, doubtful: false))
        {
            to.Warn(
                options.Label("skip_auth_strip_headers"),
                "NOT done: a client's own identity headers are removed on public paths too");
        }

        if (options.List("whitelist_domains").Any(domain => domain.Length > 0))
        {
            to.Warn(
                options.Label("whitelist_domains"),
                "not used: a login or logout returns only to PUBLIC_URL; another target becomes /");
        }
    }

    private static string? Joined(IEnumerable<string> entries) =>
        entries.Where(entry => entry.Length > 0).Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } list
            ? string.Join(',', list)
            : null;

    // An expression with a comma, a blank or a leading bracket needs the JSON form.
    private static string? Listed(List<string> entries) => entries.Count == 0 ? null
        : entries.Exists(entry => entry.Any(c => c is ',' or '[' || char.IsWhiteSpace(c)))
            ? JsonSerializer.Serialize(entries, Readable)
            : string.Join(',', entries);
}
