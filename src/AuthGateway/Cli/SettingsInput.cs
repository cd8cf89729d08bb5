using System.Collections;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Oauth2Proxy;

namespace AuthGateway.Cli;

/// <summary>Reads the process environment and the env files of a command.</summary>
internal static class SettingsInput
{
    /// <summary>
    /// Reads all settings. An unreadable file is one of the errors, so that all problems are
    /// reported together.
    /// </summary>
    public static SettingsResult Read(IReadOnlyList<string> paths, IReadOnlyDictionary<string, string> environment)
    {
        var files = new List<EnvFile>();
        var unreadable = new List<string>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                unreadable.Add($"--env-file: {path} is a folder; name each file in it by an --env-file of its own");
                continue;
            }

            try
            {
                files.Add(EnvFile.Load(path, environment));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unreadable.Add($"--env-file: cannot read {path}: {e.Message}");
            }
        }

        var result = SettingsReader.Read(environment, files);
        return unreadable.Count == 0
            ? result
            : result with { Options = null, Errors = [.. unreadable, .. result.Errors] };
    }

    /// <summary>
    /// The process environment; <paramref name="oauth2ProxyFile"/> takes the place of
    /// <c>OAUTH2_PROXY_CONFIG</c> when it is given.
    /// </summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment(string? oauth2ProxyFile) =>
        oauth2ProxyFile is null
            ? ProcessEnvironment()
            : new Dictionary<string, string>(ProcessEnvironment(), StringComparer.Ordinal)
            {
                [Oauth2ProxyNames.FileSetting] = oauth2ProxyFile,
            };

    public static IReadOnlyDictionary<string, string> ProcessEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
