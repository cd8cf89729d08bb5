using AuthGateway.Configuration;
using AuthGateway.Tests.Compatibility;

namespace AuthGateway.Tests.Configuration;

/// <summary>What stock Kubeflow put into the environment, release by release (the files of <c>Compatibility/Environments</c>), read without a start.</summary>
internal static class KubeflowEnvironments
{
    public static Dictionary<string, string> Of(string release, params string[] changes) => StockEnvironment.Of(release == "seed" ? release : "kubeflow-" + release, changes);

    public static SettingsResult Read(string release, params string[] changes) => SettingsReader.Read(Of(release, changes), []);

    public static Dictionary<string, string> Variables(IEnumerable<string> lines)
    {
        var variables = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var split = line.IndexOf('=', StringComparison.Ordinal);
            variables[line[..split]] = line[(split + 1)..];
        }

        return variables;
    }
}
