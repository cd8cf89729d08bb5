namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// Reads the environment variables of oauth2-proxy: <c>OAUTH2_PROXY_</c> and the option's name in
/// capital letters. A variable of another name is reported, and not used there either.
/// </summary>
internal static class VariableOptions
{
    public const string Prefix = "OAUTH2_PROXY_";

    /// <summary>Adds the variables that have a value; returns the unknown ones.</summary>
    public static IReadOnlyList<string> Read(IReadOnlyDictionary<string, string> variables, ForeignOptions options)
    {
        var unknown = new List<string>();
        var written = variables.Where(variable =>
            variable.Key.StartsWith(Prefix, StringComparison.Ordinal) && !IsOther(variable.Key));
        foreach (var (key, value) in written.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            var name = key[Prefix.Length..].ToLowerInvariant();
            var text = EnvFile.Unquote(value.Trim());
            if (!Oauth2ProxyNames.Knows(name))
            {
                unknown.Add(key);
            }
            else if (text.Length > 0)
            {
                options.Add(name, text, key);
            }
        }

        return unknown;
    }

    // A Service named oauth2-proxy makes Kubernetes set OAUTH2_PROXY_PORT=tcp://… and others.
    private static bool IsOther(string key) =>
        key is Oauth2ProxyNames.FileSetting
        || key.Contains("_SERVICE_", StringComparison.Ordinal)
        || key.Contains("_PORT_", StringComparison.Ordinal)
        || key.EndsWith("_PORT", StringComparison.Ordinal);
}
