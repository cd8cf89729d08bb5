using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Packaging;

/// <summary>The settings that docs/notebooks.md advises do what it says (J5).</summary>
public sealed class NotebookAdviceTests
{
    [Theory]
    [InlineData("/api/2.0/mlflow/experiments/search")]
    [InlineData("/ajax-api/2.0/mlflow/runs/search")]
    [InlineData("/pipeline/apis/v2beta1/runs")]
    public async Task Client_that_follows_redirects_gets_401_and_no_login_page(string target)
    {
        var advised = Advised("API_PATHS");
        Assert.Equal(2, advised.Count);
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["API_PATHS"] = string.Join(' ', advised) });

        var call = await rig.SendAsync("GET", target, "Accept: */*");
        var visit = await rig.SendAsync("GET", target, NavigationHeaders.Visit);
        var other = await rig.SendAsync("GET", "/experiments", NavigationHeaders.Visit);

        Assert.Equal((401, 401, 302), (call.Status, visit.Status, other.Status));
        Assert.All([call, visit], answer => Assert.Null(answer.Location));
        Assert.All([call, visit], answer => Assert.Empty(answer.SetCookies));
        Assert.Contains("/authservice/", call.Json["login_url"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Static_folder_of_a_single_page_application_is_public_and_its_data_is_not()
    {
        var advised = Assert.Single(Advised("SKIP_AUTH_URLS"));
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["SKIP_AUTH_URLS"] = advised });

        var part = await rig.SendAsync("GET", advised + "/static/js/712.js", "Accept: */*", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script");
        var data = await rig.SendAsync("GET", "/ajax-api/2.0/mlflow/runs/search", "Accept: application/json");

        Assert.Equal((200, 401), (part.Status, data.Status));
        Assert.Null(rig.Upstream.Requests.Single().Header("kubeflow-userid"));
    }

    /// <summary>No status but 401 ends an EventSource for good and is known to upload clients.</summary>
    [Theory]
    [InlineData("GET", "Accept: text/event-stream")]
    [InlineData("PATCH", "Tus-Resumable: 1.0.0")]
    public async Task Event_stream_and_upload_without_a_session_get_401_with_the_login_address(string method, string header)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync(method, "/files/1", header, "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty", "Content-Length: 0");

        Assert.Equal(401, answer.Status);
        Assert.NotNull(answer.Json["login_url"]);
        Assert.Empty(rig.Upstream.Requests);
    }

    /// <summary>The values of that setting in the page's section.</summary>
    private static List<string> Advised(string setting) =>
        [.. Regex.Matches(Repository.Read("docs/notebooks.md"), $"`{setting}=\"?([^`\"]+)\"?`").Select(match => match.Groups[1].Value)];
}
