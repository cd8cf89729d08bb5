using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Packaging;

/// <summary>What kustomize printed: documents in its canonical form (sorted keys, two blanks).</summary>
internal sealed class RenderedManifests(string text)
{
    private readonly string[] _documents = Regex.Split(text, "^---$", RegexOptions.Multiline);

    /// <summary>Every document.</summary>
    public IReadOnlyList<string> Documents => _documents;

    /// <summary>The one document of this kind whose name begins so (generated names end in a hash).</summary>
    public string Document(string kind, string name) => Assert.Single(_documents, document =>
        Regex.IsMatch(document, $"^kind: {kind}$", RegexOptions.Multiline)
        && Regex.IsMatch(document, $"^  name: {Regex.Escape(name)}(-[a-z0-9]{{10}})?$", RegexOptions.Multiline));

    /// <summary>The full name of a generated document, with its hash.</summary>
    public string Name(string kind, string name) =>
        Regex.Match(Document(kind, name), "^  name: (.+)$", RegexOptions.Multiline).Groups[1].Value;
}
