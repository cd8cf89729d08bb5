using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// Reads the values of oauth2-proxy's Helm chart: <c>config</c>, <c>extraArgs</c>, <c>extraEnv</c>.
/// All other keys belong to the chart's manifests.
/// </summary>
internal static class HelmValues
{
    /// <summary>Adds the options of a file.</summary>
    /// <returns>Problems, each with the file; never a value.</returns>
    public static IReadOnlyList<string> Parse(string path, string text, ForeignOptions options)
    {
        YamlMappingNode root;
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            root = yaml.Documents.Count == 1 ? yaml.Documents[0].RootNode as YamlMappingNode ?? [] : [];
        }
        catch (YamlException e)
        {
            return [$"{path}: is no YAML: line {e.Start.Line}"];
        }

        var config = Map(root, "config");
        if (config is null && Find(root, "extraArgs") is null && Find(root, "extraEnv") is null)
        {
            return [$"{path}: {Oauth2ProxyNames.AlphaRefusal}"];
        }

        if (Text(Map(root, "alphaConfig"), "enabled") == "true")
        {
            return [$"{path}: alphaConfig: {Oauth2ProxyNames.AlphaRefusal}"];
        }

        List<string> problems = [.. ReadConfig(path, config, options)];
        ReadVariables(path, root, options, problems);
        ReadArguments(path, root, options, problems);
        return problems;
    }

    private static IReadOnlyList<string> ReadConfig(string path, YamlMappingNode? config, ForeignOptions options)
    {
        var problems = TomlOptions.Parse(
            path + " (config.configFile)",
            Text(config, "configFile") ?? "email_domains = [\"*\"]\nupstreams = [\"file:///dev/null\"]\n",
            options);
        (string Key, string Name)[] keys =
        [
            ("clientID", "client_id"), ("clientSecret", "client_secret"), ("cookieSecret", "cookie_secret"),
            ("cookieName", "cookie_name"),
        ];
        foreach (var (key, name) in keys)
        {
            if (Text(config, key) is { } value)
            {
                options.Add(name, value, "config." + key);
            }
        }

        return problems;
    }

    private static void ReadVariables(
        string path, YamlMappingNode root, ForeignOptions options, List<string> problems)
    {
        if (Find(root, "extraEnv") is not YamlSequenceNode list)
        {
            return;
        }

        var variables = list.OfType<YamlMappingNode>()
            .Where(entry => Text(entry, "name") is not null && Text(entry, "value") is not null)
            .GroupBy(entry => Text(entry, "name")!)
            .ToDictionary(entries => entries.Key, entries => Text(entries.Last(), "value")!);
        problems.AddRange(VariableOptions.Read(variables, options)
            .Select(name => $"{path}: {name} is no option of oauth2-proxy"));
    }

    // A map of names and values, or a list of --name=value.
    private static void ReadArguments(
        string path, YamlMappingNode root, ForeignOptions options, List<string> problems)
    {
        switch (Find(root, "extraArgs"))
        {
            case YamlMappingNode map:
                foreach (var (key, value) in map)
                {
                    var values = (value as YamlSequenceNode)?.Select(Scalar).ToList();
                    Add(Scalar(key), values ?? [Scalar(value)]);
                }

                break;
            case YamlSequenceNode list:
                foreach (var group in list.Select(Scalar).GroupBy(argument => argument.Split('=')[0]))
                {
                    Add(group.Key, [.. group.Select(argument =>
                        argument.Length > group.Key.Length ? argument[(group.Key.Length + 1)..] : "true")]);
                }

                break;
        }

        void Add(string argument, List<string> values)
        {
            var name = argument.TrimStart('-').Replace('-', '_');
            if (!Oauth2ProxyNames.Knows(name))
            {
                problems.Add($"{path}: {argument} is no option of oauth2-proxy");
            }
            else if (values is [var one])
            {
                options.Add(name, one, argument);
            }
            else
            {
                options.AddList(name, values, argument);
            }
        }
    }

    private static YamlNode? Find(YamlMappingNode? node, string key) =>
        node is not null && node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private static YamlMappingNode? Map(YamlMappingNode node, string key) => Find(node, key) as YamlMappingNode;

    private static string? Text(YamlMappingNode? node, string key) =>
        Find(node, key) is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;

    private static string Scalar(YamlNode node) => (node as YamlScalarNode)?.Value ?? "";
}
