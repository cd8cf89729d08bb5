using System.Text.RegularExpressions;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests;

/// <summary>The script of docs/api-clients.md, word for word: log in by following redirects, read the cookie, call with it as bearer.</summary>
public sealed partial class ClientScriptTests
{
    [Fact]
    public async Task Documented_script_logs_in_and_calls_with_the_cookie_as_bearer()
    {
        await DemandRequestsAsync();
        await using var quickstart = await QuickstartProcess.StartAsync();
        using var folder = new TempFolder("client-script");
        var script = folder.Write("client.py", Documented() + Questions);

        var output = await ChildProcess.RunAsync("python3", [script], limitSeconds: 60);

        Assert.Contains("api 200", output, StringComparison.Ordinal);
        Assert.Contains("bearer ['ann@example.com']", output, StringComparison.Ordinal);
        Assert.Contains("cookie ['ann@example.com']", output, StringComparison.Ordinal);
        Assert.Contains("without 401", output, StringComparison.Ordinal);
    }

    private const string Questions = """

        def who(**headers):
            lines = requests.get(HOST + "/headers", headers={"Accept": "application/json", "kubeflow-userid": "evil@example.com", **headers}, allow_redirects=False)
            return [line[1] for line in lines.json() if line[0].lower() == "kubeflow-userid"]

        print("api", answer.status_code)
        print("bearer", who(Authorization="Bearer " + value))
        print("cookie", who(Cookie="authservice_session=" + value))
        print("without", requests.get(HOST + "/headers", headers={"Accept": "application/json"}, allow_redirects=False).status_code)

        """;

    private static string Documented() => Script().Match(File.ReadAllText(Repository.PathOf("docs", "api-clients.md"))) is { Success: true } found
        ? found.Groups[1].Value
        : throw new InvalidOperationException("docs/api-clients.md has no script in Python any more.");

    private static async Task DemandRequestsAsync()
    {
        try
        {
            await ChildProcess.RunAsync("python3", ["-c", "import requests"], limitSeconds: 60);
        }
        catch (Exception e)
        {
            RealPart.Missing($"Python with requests is missing (Debian: python3-requests): {e.Message}");
        }
    }

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Script();
}
