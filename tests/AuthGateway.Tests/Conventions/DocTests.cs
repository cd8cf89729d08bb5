using System.Text.RegularExpressions;
using AuthGateway.Tests.Packaging;

namespace AuthGateway.Tests.Conventions;

/// <summary>
/// The pages for people: links lead somewhere, names of source files are true, lines are short, and the
/// words are those of the field.
/// </summary>
public sealed partial class DocTests
{
    private const int Width = 120;

    // Written by the program itself; other tests compare them with it.
    private static readonly string[] Generated = ["docs/settings.md", "docs/limits.md"];

    // Pages that name classes of the source.
    private static readonly string[] AboutCode = ["DEVELOPERS.md", "docs/invariants.md"];

    // Names of the platform and of its libraries.
    private static readonly HashSet<string> Platform =
    [
        "BackgroundService", "BackgroundServiceExceptionBehavior", "HttpContext", "HttpMessageInvoker", "HttpRequestIn",
        "IHostContextContainer", "IHostedService", "IHttpForwarder", "MaxReadBufferSize", "MaxRequestBufferSize",
        "RandomNumberGenerator", "SocketsHttpHandler", "TimeProvider", "UnsafePreferInlineScheduling",
    ];

    private static readonly IReadOnlyDictionary<string, string> Pages = new[] { "README.md", "DEVELOPERS.md" }
        .Concat(FilesBelow("docs", "*.md"))
        .ToDictionary(page => page, page => Repository.Read(page).ReplaceLineEndings("\n"));

    private static readonly HashSet<string> Sources = [.. new[] { "src", "tests" }
        .SelectMany(folder => FilesBelow(folder, "*.cs"))
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
        .Where(path => !path.Contains("/bin/", StringComparison.Ordinal))];

    private static readonly HashSet<string> Types = [.. Sources
        .SelectMany(path => TypeDeclaration().Matches(Repository.Read(path)))
        .Select(match => match.Groups[1].Value)];

    [Fact]
    public void Every_link_leads_to_a_file_and_to_its_heading()
    {
        var links = Pages.SelectMany(page => Link().Matches(WithoutCode(page.Value))
            .Select(match => (page.Key, Target: match.Groups[1].Value)))
            .Where(link => !link.Target.Contains(':', StringComparison.Ordinal))
            .ToList();

        Assert.True(links.Count > 100, $"{links.Count} links");
        Assert.Empty(links
            .Where(link => !LeadsSomewhere(link.Key, link.Target))
            .Select(link => $"{link.Key}: {link.Target}"));
    }

    [Fact]
    public void Every_page_is_linked_from_another_page()
    {
        var linked = Pages.SelectMany(page => Link().Matches(page.Value)
            .Select(match => PathOf(page.Key, match.Groups[1].Value.Split('#')[0]))
            .Where(target => target != page.Key)).ToHashSet();

        Assert.Empty(Pages.Keys.Except([.. linked, "README.md"]));
    }

    [Fact]
    public void Every_source_file_that_a_page_names_exists()
    {
        var names = CodePages()
            .SelectMany(page => Code().Matches(page.Value).Select(match => (page.Key, Name: match.Groups[1].Value)))
            .Where(name => IsFile(name.Name) || IsTypePath(name.Name))
            .ToList();

        Assert.True(names.Count > 60, $"{names.Count} names");
        Assert.Empty(names.Where(name => !Exists(name.Name)).Select(name => $"{name.Key}: {name.Name}"));
    }

    [Fact]
    public void Every_class_that_a_page_names_exists()
    {
        var names = CodePages().SelectMany(page => Code().Matches(page.Value)
            .Select(match => (page.Key, Name: TypeName().Match(match.Groups[1].Value).Groups[1].Value)))
            .Where(name => name.Name.Length > 0)
            .ToList();

        Assert.True(names.Count > 60, $"{names.Count} names");
        Assert.Empty(names
            .Where(name => !Types.Contains(name.Name) && !Platform.Contains(name.Name))
            .Select(name => $"{name.Key}: {name.Name}"));
    }

    [Fact]
    public void Prose_is_at_most_120_columns_wide() => Assert.Empty(
        from page in Pages
        where !Generated.Contains(page.Key)
        from line in WithoutBlocks(page.Value).Split('\n')
        where line.Length > Width && !line.TrimStart().StartsWith('|') && !IsOneLongWord(line)
        select $"{page.Key}: {line}");

    [Fact]
    public void Words_are_those_of_the_field() => Assert.Empty(
        from page in Pages
        from Match word in Idiom().Matches(WithoutCode(page.Value))
        select $"{page.Key}: {word.Value}");

    [Theory]
    [InlineData("a door", true)]
    [InlineData("a `door` and doorway", false)]
    [InlineData("Nobody", true)]
    public void Words_are_found_outside_of_code(string text, bool isFound) =>
        Assert.Equal(isFound, Idiom().IsMatch(WithoutCode(text)));

    private static IEnumerable<KeyValuePair<string, string>> CodePages() => Pages.Where(page =>
        AboutCode.Contains(page.Key) || page.Key.StartsWith("docs/decisions/", StringComparison.Ordinal));

    private static bool LeadsSomewhere(string page, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? page : PathOf(page, parts[0]);
        return Path.Exists(Path.Combine(Repository.Root, target))
            && (parts.Length == 1 || (Pages.TryGetValue(target, out var text) && Headings(text).Contains(parts[1])));
    }

    private static string PathOf(string page, string link) =>
        Relative(Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, link)));

    private static string Relative(string path) => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');

    private static IEnumerable<string> FilesBelow(string folder, string pattern) => Directory
        .GetFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
        .Select(Relative);

    // A heading's anchor: small letters, blanks as dashes, other punctuation left out.
    private static HashSet<string> Headings(string text) => [.. Heading().Matches(WithoutBlocks(text))
        .Select(match => NoAnchor().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    private static bool IsFile(string name) => name.EndsWith(".cs", StringComparison.Ordinal);

    private static bool IsTypePath(string name) => TypePath().IsMatch(name);

    // A path may begin at the repository, at src/AuthGateway, at the folder of the tests, or be a bare file name.
    private static bool Exists(string name)
    {
        var file = IsFile(name) ? "/" + name : $"/{name.TrimEnd('/')}.cs";
        var folder = $"/{name.TrimEnd('/')}/";
        return Sources.Any(path => ("/" + path).EndsWith(file, StringComparison.Ordinal))
            || (!IsFile(name) && Sources.Any(path => path.Contains(folder, StringComparison.Ordinal)));
    }

    private static bool IsOneLongWord(string line) =>
        !line.Trim().TrimStart('-', '*', ' ').Contains(' ', StringComparison.Ordinal);

    private static string WithoutBlocks(string text) => Block().Replace(text, "");

    private static string WithoutCode(string text) => Code().Replace(WithoutBlocks(text), "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"^ *```.*?^ *```[^\n]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    // Sessions/Store/Redis or Observability/Supervisor.
    [GeneratedRegex(@"^[A-Z]\w*(/[A-Z]\w*)+/?$")]
    private static partial Regex TypePath();

    // AccessPipeline, or SessionLifecycle.BeginAsync: at least two parts in small and capital letters.
    [GeneratedRegex(@"^([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+|I[A-Z][a-z]+(?:[A-Z][a-z]+)+)(?:\.\w+)?$")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\b(?:record struct|class|record|struct|interface|enum|delegate \w+) (\w+)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"\b(nobody|somebody|whoever|doors?|trouble|verdicts?|farewell)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Idiom();
}
