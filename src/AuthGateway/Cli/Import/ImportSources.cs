using System.Text.RegularExpressions;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Oauth2Proxy;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Cli.Import;

/// <summary>Reads the files of each kind.</summary>
internal static partial class ImportSources
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    public static ImportResult Oauth2Proxy(IReadOnlyList<ImportFile> files)
    {
        var options = new ForeignOptions();
        var translation = new Translation(new SettingSource(Nothing, []));
        foreach (var (path, text) in files)
        {
            translation.Errors.AddRange(
                Variable().IsMatch(text) ? Variables(path, text, options)
                : YamlKey().IsMatch(text) ? HelmValues.Parse(path, text, options, translation)
                : TomlOptions.Parse(path, text, options));
        }

        Oauth2ProxyReader.Translate(options, translation);
        return Result(translation);
    }

    public static ImportResult IngressNginx(IReadOnlyList<ImportFile> files)
    {
        var translation = new Translation(new SettingSource(Nothing, []));
        foreach (var (path, text) in files)
        {
            IngressAnnotations.Translate(path, text, translation);
        }

        return Result(translation);
    }

    /// <summary>The names are the same; older ones are replaced by the current ones.</summary>
    public static ImportResult OidcAuthservice(IReadOnlyList<ImportFile> files)
    {
        List<EnvFile> read = [.. files.Select(file => EnvFile.Parse(file.Path, file.Text, Nothing))];
        var result = SettingsReader.Read(Nothing, read);
        var settings = WrittenSettings.Of(new SettingSource(Nothing, read));
        return new(
            settings,
            [.. OtherMachine.Without(SettingsReader.Read(settings.ToDictionary(), []).Errors, settings)],
            [.. OtherMachine.Without(result.Warnings)],
            result.Notes);
    }

    private static IReadOnlyList<string> Variables(string path, string text, ForeignOptions options)
    {
        var file = EnvFile.Parse(path, text, Nothing);
        return
        [
            .. file.Warnings,
            .. VariableOptions.Read(file.Values, options)
                .Select(name => $"{path}: {name} is no option of oauth2-proxy"),
        ];
    }

    private static ImportResult Result(Translation translation)
    {
        var settings = translation.Settings
            .Select(setting => KeyValuePair.Create(setting.Name, setting.Value)).ToList();
        var problems = OtherMachine.Without(SettingsReader.Read(settings.ToDictionary(), []).Errors, settings);
        return new(
            settings,
            [.. translation.Errors.Concat(problems).Distinct()],
            [.. translation.Warnings.Distinct()],
            [.. translation.Notes.Distinct()]);
    }

    [GeneratedRegex(@"^\s*(export\s+)?OAUTH2_PROXY_[A-Z0-9_]+\s*=", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^[A-Za-z][\w.-]*:(\s|$)|^---\s*$", RegexOptions.Multiline)]
    private static partial Regex YamlKey();
}
