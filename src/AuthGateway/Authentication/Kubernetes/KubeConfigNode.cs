using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// An object of a kubeconfig (YAML or JSON). An empty or null value counts as absent.
/// </summary>
internal sealed class KubeConfigNode
{
    private readonly YamlMappingNode _node;

    private KubeConfigNode(YamlMappingNode node) => _node = node;

    /// <exception cref="ClusterAccessException">The file does not exist or holds no
    /// object.</exception>
    public static KubeConfigNode Load(string path)
    {
        try
        {
            using var reader = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            return yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode root
                ? new(root)
                : throw new ClusterAccessException("it is no kubeconfig");
        }
        catch (YamlException e)
        {
            throw new ClusterAccessException($"it is no YAML: line {e.Start.Line}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ClusterAccessException(
                e is FileNotFoundException or DirectoryNotFoundException
                    ? "there is no such file"
                    : "this process may not read it",
                e);
        }
    }

    /// <summary>Decodes base64 text.</summary>
    public static string Decode(string field, string data)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        }
        catch (FormatException e)
        {
            throw new ClusterAccessException($"its {field} is no base64", e);
        }
    }

    public string? Text(string name) => Find(name) is YamlScalarNode { Value: { Length: > 0 } text } scalar
        && (scalar.Style != ScalarStyle.Plain || text is not ("~" or "null" or "Null" or "NULL")) ? text : null;

    public bool IsTrue(string name) => string.Equals(Text(name), "true", StringComparison.OrdinalIgnoreCase);

    public KubeConfigNode? Map(string name) => Find(name) is YamlMappingNode map ? new(map) : null;

    /// <summary>The objects of a list. Empty when there is none.</summary>
    public IEnumerable<KubeConfigNode> List(string name) =>
        Find(name) is YamlSequenceNode items
            ? items.OfType<YamlMappingNode>().Select(item => new KubeConfigNode(item))
            : [];

    private YamlNode? Find(string name) =>
        _node.Children.TryGetValue(new YamlScalarNode(name), out var value) ? value : null;
}
