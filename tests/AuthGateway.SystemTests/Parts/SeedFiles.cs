using System.Text.RegularExpressions;

namespace AuthGateway.SystemTests.Parts;

/// <summary>The repository's two env files with the only changes an operator makes: Keycloak's host and the client's secret.</summary>
internal static partial class SeedFiles
{
    public static async Task<IReadOnlyList<string>> ForAsync(Uri keycloak, TempFolder folder)
    {
        var parameters = await File.ReadAllTextAsync(Repository.PathOf("config", "params.env"));
        var secrets = await File.ReadAllTextAsync(Repository.PathOf("config", "secret_params.env"));
        var host = Provider().Match(parameters).Groups[1].Value;
        var secret = Secret().Match(secrets).Value;
        Assert.NotEmpty(host);
        Assert.NotEmpty(secret);
        return
        [
            folder.Write("params.env", parameters.Replace(host, keycloak.ToString().TrimEnd('/'), StringComparison.Ordinal)),
            folder.Write("secret_params.env", secrets.Replace(secret, $"CLIENT_SECRET={KeycloakServer.ClientSecret}", StringComparison.Ordinal)),
        ];
    }

    /// <summary>The same settings as the plain environment of a process, as a pod without env files has them.</summary>
    public static IReadOnlyDictionary<string, string> AsEnvironment(IEnumerable<string> files) => files
        .SelectMany(File.ReadLines)
        .Where(line => line.Contains('=', StringComparison.Ordinal))
        .Select(line => line.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>The files' own Keycloak, which must be asked for the realm <c>master</c>.</summary>
    [GeneratedRegex("^OIDC_PROVIDER=(http://[^/]+)/realms/master$", RegexOptions.Multiline)]
    private static partial Regex Provider();

    [GeneratedRegex("^CLIENT_SECRET=.+$", RegexOptions.Multiline)]
    private static partial Regex Secret();
}
