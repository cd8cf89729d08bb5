using YamlDotNet.RepresentationModel;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// Keys of the Helm chart's values that change what oauth2-proxy does, and that are not read: each
/// is an error or a warning.
/// </summary>
internal static class HelmKeys
{
    // config.configFile and these are read (HelmValues); the others are about the manifests alone.
    private static readonly string[] Known =
        ["configFile", "clientID", "clientSecret", "cookieSecret", "cookieName", "annotations", "requiredSecretKeys"];

    // Without a value the gateway does not start, or asks for one; nothing is opened.
    private static readonly string[] Secrets =
    [
        "client_id", "client_secret", "cookie_secret", "redis_password", "redis_sentinel_password",
        "redis_connection_url",
    ];

    /// <param name="path">The file, for the sentences.</param>
    /// <param name="root">The values.</param>
    /// <param name="to">Takes what is said.</param>
    public static void NameUnread(string path, YamlMappingNode root, Translation to)
    {
        if (Child(root, "config") is YamlMappingNode config)
        {
            Config(path, config, to);
        }

        if (Child(root, "authenticatedEmailsFile") is { } emails && !IsOff(emails))
        {
            to.Refuse(
                $"{path}: authenticatedEmailsFile",
                "a list of single addresses is not read; write email_domains or allowed_groups, and set enabled: false");
        }

        if (Child(root, "htpasswdFile") is { } passwords && !IsOff(passwords))
        {
            to.Warn($"{path}: htpasswdFile", "not read: no passwords here; create the users at the provider");
        }

        if (Child(root, "envFrom") is { } from && !IsEmpty(from))
        {
            to.Refuse(
                $"{path}: envFrom", "its variables are not in this file; give them to import in an env file, and remove it");
        }

        if (Child(root, "sessionStorage") is YamlMappingNode storage
            && (Child(storage, "type") as YamlScalarNode)?.Value is not (null or "" or "cookie"))
        {
            to.Warn($"{path}: sessionStorage", "not read; write SESSION_STORE_TYPE and SESSION_STORE_REDIS");
        }
    }

    /// <summary>Names a variable whose value is elsewhere in the cluster.</summary>
    public static void NameReference(string path, string variable, Translation to)
    {
        if (!variable.StartsWith(VariableOptions.Prefix, StringComparison.Ordinal))
        {
            return;
        }

        const string remark = "its value (valueFrom) is not in this file; ";
        var name = variable[VariableOptions.Prefix.Length..].ToLowerInvariant();
        if (Secrets.Contains(name))
        {
            to.Warn($"{path}: {variable}", remark + "set what it becomes, such as CLIENT_SECRET, from the same Secret");
        }
        else
        {
            to.Refuse($"{path}: {variable}", remark + "write the value, or give it to import in an env file");
        }
    }

    private static void Config(string path, YamlMappingNode config, Translation to)
    {
        foreach (var (key, value) in config.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (name == "existingSecret" && !IsEmpty(value))
            {
                to.Warn(
                    $"{path}: config.existingSecret",
                    "a Secret is not in this file; set CLIENT_ID and CLIENT_SECRET from it");
            }
            else if (name == "existingConfig" && !IsEmpty(value))
            {
                to.Refuse(
                    $"{path}: config.existingConfig",
                    "the file is in a ConfigMap; give it to import as a file of its own, and remove the key");
            }
            else if (name == "google" && !IsEmpty(value))
            {
                to.Refuse(
                    $"{path}: config.google",
                    "restricts who may pass by groups at Google, and has no counterpart; bring the groups into a "
                    + "claim of the token, and remove the key");
            }
            else if (!Known.Contains(name) && !IsEmpty(value))
            {
                to.Refuse($"{path}: config.{name}", "is not read; write the option into config.configFile");
            }
        }
    }

    private static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    // Without "enabled" the chart leaves the file out, whatever else is there.
    private static bool IsOff(YamlNode node) =>
        node is YamlMappingNode map
            ? (Child(map, "enabled") as YamlScalarNode)?.Value is null or "" or "false"
            : IsEmpty(node);

    private static bool IsEmpty(YamlNode node) => node switch
    {
        YamlScalarNode scalar => scalar.Value is null or "" or "null" or "~" or "false",
        YamlSequenceNode list => list.Children.Count == 0,
        YamlMappingNode map => map.Children.Values.All(IsEmpty),
        _ => true,
    };
}
