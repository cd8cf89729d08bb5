using System.Text;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Cli.Import;

/// <summary>
/// <c>auth-gateway import</c>: prints an env file. Remarks are comments in it, so that the output
/// can be used as it is.
/// </summary>
internal static class ImportCommand
{
    /// <returns>0 done, 1 the gateway would not start, 2 a file cannot be read.</returns>
    public static int Run(
        IReadOnlyList<string> paths,
        bool showSecrets,
        Func<IReadOnlyList<ImportFile>, ImportResult> read,
        TextWriter output,
        TextWriter error)
    {
        var files = new List<ImportFile>();
        foreach (var path in paths)
        {
            try
            {
                files.Add(new(path, File.ReadAllText(path)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error.WriteLine(Directory.Exists(path)
                    ? $"import: {path} is a folder; name its files"
                    : $"import: cannot read {path}: {e.Message}");
                return ExitCode.BrokenSettings;
            }
        }

        var result = read(files);
        output.Write(Text(paths, result, showSecrets));
        return result.Errors.Count == 0 ? ExitCode.Fine : ExitCode.Findings;
    }

    private static string Text(IReadOnlyList<string> paths, ImportResult result, bool showSecrets)
    {
        var text = new StringBuilder("# Made by auth-gateway import from ")
            .AppendJoin(", ", paths).Append('\n');
        Section(text, "THE GATEWAY WOULD NOT START:", result.Errors);
        Section(text, "Different here:", result.Warnings);
        Section(text, "Without a meaning here:", result.Notes);
        foreach (var (name, value) in result.Settings)
        {
            if (!showSecrets && SecretParts.IsIn(name, value))
            {
                text.Append("# ").Append(name).Append("=***  (--show-secrets prints it)\n");
            }
            else
            {
                text.Append(name).Append('=').Append(value).Append('\n');
            }
        }

        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        text.Append("#\n# ").Append(title).Append('\n');
        foreach (var line in lines)
        {
            text.Append("#   ").Append(line.ReplaceLineEndings(" ")).Append('\n');
        }
    }
}
