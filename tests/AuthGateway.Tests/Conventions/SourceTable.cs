using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AuthGateway.Tests.Conventions;

/// <summary>The figures of the source that its readers feel: sizes, parameters, long lines, private idiom.</summary>
internal static partial class SourceTable
{
    public static IReadOnlyList<(string Folder, int Files)> Folders { get; } =
        [.. SourceModel.Files.Keys.GroupBy(Folder).Select(group => (group.Key, group.Count())).OrderByDescending(folder => folder.Item2)];

    public static IReadOnlyList<(string File, int Lines)> Lines { get; } =
        [.. SourceModel.Files.Select(file => (file.Key, file.Value.GetText().Lines.Count - 1)).OrderByDescending(file => file.Item2)];

    public static IReadOnlyList<(string Method, int Lines)> Methods { get; } =
        [.. (from file in SourceModel.Files
             from method in file.Value.GetRoot().DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
             let span = method.GetLocation().GetLineSpan()
             select ($"{file.Key}: {(method as MethodDeclarationSyntax)?.Identifier.Text ?? "constructor"}", span.EndLinePosition.Line - span.StartLinePosition.Line + 1))
            .OrderByDescending(method => method.Item2)];

    public static IReadOnlyList<(string Class, int Parameters)> Constructors { get; } = [.. SourceModel.Constructors().OrderByDescending(constructor => constructor.Parameters)];

    /// <summary>Files with more than one type.</summary>
    public static IReadOnlyList<string> SharedFiles { get; } =
        [.. SourceModel.Files.Where(file => SourceModel.TypesOf(file.Value).Count > 1).Select(file => file.Key).Order(StringComparer.Ordinal)];

    /// <summary>Lines of code over 120 columns without a string that is long by itself.</summary>
    public static IReadOnlyList<string> WideCode { get; } = [.. WideLines(isComment: false, 120).Where(line => !LongText().IsMatch(line))];

    /// <summary>Lines of comment over 100 columns.</summary>
    public static IReadOnlyList<string> WideComments { get; } = [.. WideLines(isComment: true, 100)];

    public static int CommentLines { get; } = SourceModel.Files.Values.Sum(file => file.GetText().Lines.Count(line => IsComment(line.ToString())));

    /// <summary>Words of comments, and those of them that belong to a private idiom.</summary>
    public static (int All, IReadOnlyList<string> Idiom) Words { get; } = CountWords();

    private static string Folder(string file) => file.Contains('/', StringComparison.Ordinal) ? file[..file.LastIndexOf('/')] : ".";

    private static IEnumerable<string> WideLines(bool isComment, int width) =>
        from file in SourceModel.Files
        from line in file.Value.GetText().Lines
        let text = line.ToString()
        where text.Length > width && IsComment(text) == isComment
        select $"{file.Key}:{line.LineNumber + 1}: {text.Trim()}";

    private static bool IsComment(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal);

    private static (int All, IReadOnlyList<string> Idiom) CountWords()
    {
        var all = 0;
        var idiom = new List<string>();
        foreach (var (path, file) in SourceModel.Files)
        {
            foreach (var line in file.GetText().Lines.Where(line => IsComment(line.ToString())))
            {
                all += Word().Count(line.ToString());
                idiom.AddRange(Idiom().Matches(line.ToString()).Select(match => $"{path}:{line.LineNumber + 1}: {match.Value}"));
            }
        }

        return (all, idiom);
    }

    // A string of 60 characters and more on its line.
    [GeneratedRegex("\"[^\"]{60,}")]
    private static partial Regex LongText();

    [GeneratedRegex(@"[A-Za-z]+")]
    private static partial Regex Word();

    [GeneratedRegex(
        @"\b(nobody|somebody|whoever|ours|said|told|lies|stands|what is|who is|doors?|trouble|verdicts?|deed|farewell|houses?|rooms?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Idiom();
}
