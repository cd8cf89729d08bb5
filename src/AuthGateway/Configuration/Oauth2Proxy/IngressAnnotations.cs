using AuthGateway.Configuration.Rules;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// Reads the annotations of ingress-nginx that ask for authentication, from Ingress objects (YAML).
/// </summary>
internal static class IngressAnnotations
{
    private const string Prefix = "nginx.ingress.kubernetes.io/";

    private static readonly Dictionary<string, string> Remarks = new(StringComparer.Ordinal)
    {
        ["auth-method"] = "not needed: any method is answered",
        ["auth-cache-key"] = "a cached answer lets a user pass after the logout; remove it",
        ["auth-cache-duration"] = "a cached answer lets a user pass after the logout; remove it",
        ["auth-always-set-cookie"] = "not needed: a check sets no cookie",
        ["auth-signin-redirect-param"] = "rd (the default) and return_url are both read",
        ["auth-request-redirect"] = "not read: the original request comes from X-Original-URL",
        ["auth-snippet"] = "look at it: a header that it sets may contradict X-Original-URL",
        ["auth-keepalive"] = "nothing changes",
    };

    /// <summary>Translates the annotations of all objects of a file.</summary>
    public static void Translate(string path, string text, Translation to)
    {
        var found = new List<(string Name, string Value)>();
        try
        {
            var seen = new HashSet<YamlNode>(ReferenceEqualityComparer.Instance);
            found.AddRange(YamlText.Load(text).SelectMany(document => Annotations(document.RootNode, seen)));
        }
        catch (YamlException e)
        {
            to.Refuse(path, $"is no YAML: line {e.Start.Line}");
            return;
        }

        if (found.TrueForAll(pair => pair.Name != "auth-url"))
        {
            to.Refuse(path, $"has no annotation {Prefix}auth-url");
            return;
        }

        foreach (var (name, value) in found)
        {
            One(name, value, to);
        }

        Headers(found, to);
        to.Set("EXT_AUTHZ_PORT", "8090", "auth-url");
        to.Warn(
            "auth-url",
            "TRUSTED_PROXIES must name the controller's addresses; OIDC_PROVIDER, CLIENT_ID and CLIENT_SECRET "
            + "are not in "
            + "annotations");
    }

    // A node that several aliases name is read once.
    private static IEnumerable<(string Name, string Value)> Annotations(YamlNode root, HashSet<YamlNode> seen) =>
        !seen.Add(root) ? []
        : root is YamlMappingNode map ? map.Children.SelectMany(child =>
            child is { Key: YamlScalarNode { Value: { } key }, Value: YamlScalarNode { Value: { } value } }
                && key.StartsWith(Prefix + "auth-", StringComparison.Ordinal)
                ? [(key[Prefix.Length..], value)]
                : Annotations(child.Value, seen))
        : root is YamlSequenceNode list ? list.Children.SelectMany(child => Annotations(child, seen))
        : [];

    private static void One(string name, string value, Translation to)
    {
        switch (name)
        {
            case "auth-url":
                AuthUrl(value, to);
                break;
            case "auth-signin" when value.Split('?')[0].Contains('$', StringComparison.Ordinal):
                to.Warn(name, "the host is a variable: one PUBLIC_URL for each gateway; set it");
                break;
            case "auth-signin" when WebAddress.Absolute(value.Split('?')[0]) is { } signIn:
                to.Set("PUBLIC_URL", WebAddress.Origin(signIn), name);
                break;
            case "auth-signin":
                to.Warn(name, "no absolute address; set PUBLIC_URL");
                break;
            case "auth-response-headers":
                break;
            default:
                to.Warn(name, Remarks.GetValueOrDefault(name, "is not understood"));
                break;
        }
    }

    private static void AuthUrl(string value, Translation to)
    {
        var query = value.IndexOf('?', StringComparison.Ordinal);
        var path = WebAddress.RawPath(query < 0 ? value : value[..query]);
        if (query >= 0)
        {
            to.Refuse(
                "auth-url",
                "has parameters (allowed_groups and others), which are not read; one list counts for all: "
                + "GROUPS_ALLOWLIST",
                "GROUPS_ALLOWLIST");
        }

        var end = path.LastIndexOf('/');
        if (end <= 0)
        {
            to.Refuse("auth-url", "has no path of two parts, such as /oauth2/auth", "AUTHSERVICE_URL_PREFIX");
            return;
        }

        if (to.Settings.FirstOrDefault(setting => setting.Name == "VERIFY_AUTH_URL") is { } other
            && other.Value != path)
        {
            to.Refuse("auth-url", $"{other.Value} and {path}: each gateway has one", "VERIFY_AUTH_URL");
            return;
        }

        to.Set("AUTHSERVICE_URL_PREFIX", path[..(end + 1)], "auth-url");
        to.Set("OAUTH2_ADDRESSES", "true", "auth-signin");
        to.Set("VERIFY_AUTH_URL", path, "auth-url");
    }

    private static void Headers(List<(string Name, string Value)> found, Translation to)
    {
        const string name = "auth-response-headers";
        var claims = new List<string>();
        var headers = found.Where(pair => pair.Name == name)
            .SelectMany(pair => pair.Value.Split(','))
            .Select(header => header.Trim())
            .Where(header => header.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase);
        foreach (var header in headers)
        {
            switch (header.ToLowerInvariant())
            {
                case "x-auth-request-email" or "x-forwarded-email":
                    to.Set("USERID_HEADER", header, name);
                    break;
                case "x-auth-request-groups" or "x-forwarded-groups":
                    to.Set("GROUPS_HEADER", header, name);
                    break;
                case "x-auth-request-user" or "x-forwarded-user":
                    claims.Add("sub:" + header);
                    break;
                case "x-auth-request-preferred-username" or "x-forwarded-preferred-username":
                    claims.Add("preferred_username:" + header);
                    break;
                case "authorization":
                    to.Set("FORWARD_ID_TOKEN", "true", name);
                    break;
                default:
                    to.Warn(name, $"{header} is not sent; CLAIM_HEADERS sends a claim under any name");
                    break;
            }
        }

        to.Set("CLAIM_HEADERS", claims.Count == 0 ? null : string.Join(',', claims), name);
    }
}
