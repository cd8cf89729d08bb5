using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// Reads the values of oauth2-proxy's Helm chart: <c>config</c>, <c>extraArgs</c>, <c>extraEnv</c>.
/// Other keys that change what oauth2-proxy does are named (<see cref="HelmKeys"/>); the rest belongs
/// to the chart's manifests.
/// </summary>
internal static class HelmValues
{
    /// <summary>Adds the options of a file.</summary>
    /// <returns>Problems, each with the file; never a value.</returns>
    public static IReadOnlyList<string> Parse(
        string path, string text, ForeignOptions options, Translation to)
    {
        YamlMappingNode root;
        try
        {
            var documents = YamlText.Load(text);
            root = documents.Count == 1 ? documents[0].RootNode as YamlMappingNode ?? [] : [];
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
        HelmKeys.NameUnread(path, root, to);
        ReadVariables(path, root, options, problems, to);
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
        string path, YamlMappingNode root, ForeignOptions options, List<string> problems, Translation to)
    {
        if (Find(root, "extraEnv") is not YamlSequenceNode list)
        {
            if (Find(root, "extraEnv") is not (null or YamlScalarNode { Value: null or "" or "null" or "~" }))
            {
                problems.Add($"{path}: extraEnv is no list");
            }

            return;
        }

        foreach (var entry in list.OfType<YamlMappingNode>().Where(entry => Find(entry, "valueFrom") is not null))
        {
            HelmKeys.NameReference(path, Text(entry, "name") ?? "", to);
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
            if (Oauth2ProxyNames.OfFlag(argument.TrimStart('-').Replace('-', '_')) is not { } name)
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
