using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>Reads YAML that people wrote.</summary>
internal static class YamlText
{
    /// <summary>The deepest nesting that is read; manifests have about ten levels.</summary>
    private const int MaxDepth = 100;

    /// <exception cref="YamlException">
    /// It is no YAML, is nested too deeply, or has an alias inside the node that it names.
    /// </exception>
    public static IReadOnlyList<YamlDocument> Load(string text)
    {
        var open = new Stack<AnchorName>();
        var parser = new Parser(new StringReader(text));
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case YamlDotNet.Core.Events.AnchorAlias alias when open.Contains(alias.Value):
                    throw new YamlException(alias.Start, alias.End, "An alias inside the node that it names.");
                case YamlDotNet.Core.Events.MappingStart or YamlDotNet.Core.Events.SequenceStart
                    when open.Count == MaxDepth:
                    throw new YamlException(parser.Current.Start, parser.Current.End, "Nested too deeply.");
                case YamlDotNet.Core.Events.MappingStart or YamlDotNet.Core.Events.SequenceStart:
                    open.Push(((YamlDotNet.Core.Events.NodeEvent)parser.Current).Anchor);
                    break;
                case YamlDotNet.Core.Events.MappingEnd or YamlDotNet.Core.Events.SequenceEnd:
                    open.Pop();
                    break;
            }
        }

        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return [.. yaml.Documents];
    }
}
