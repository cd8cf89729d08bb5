namespace AuthGateway.Tests.Connections;

/// <summary>A gateway that speaks TLS, and a session for each user.</summary>
internal sealed class Http2Rig(GatewayRig gateway, TempFolder folder, string[] sessions) : IAsyncDisposable
{
    public static readonly ProviderUser[] Users = [ProviderUser.Alice, ProviderUser.Bob];

    public GatewayRig Gateway => gateway;

    public static async Task<Http2Rig> StartAsync(GatewayMode door)
    {
        var gateway = await GatewayRig.StartAsync(door);
        var sessions = new string[Users.Length];
        for (var i = 0; i < Users.Length; i++)
        {
            gateway.Provider.User = Users[i];
            sessions[i] = gateway.SessionOf(await gateway.LogInWithoutUpstreamAsync());
        }

        // The rig's browser speaks no TLS: it logs in before.
        var folder = new TempFolder();
        await gateway.RestartAsync(environment => TlsFiles.Use(environment, folder.Path));
        return new Http2Rig(gateway, folder, sessions);
    }

    public Http2Connection Connect() => new(gateway.Address);

    public string CookieOf(int who) => $"_xsrf={who}; authservice_session={sessions[who]}";

    public Task<RawResponse> AskAsync(Http2Connection connection, string cookies, string target) =>
        connection.SendAsync(connection.Request(HttpMethod.Get, target, cookies, "Accept: application/json", "Sec-Fetch-Mode: cors"));

    public Task<RawResponse> LogOutAsync(Http2Connection connection, int who) =>
        connection.SendAsync(connection.Request(HttpMethod.Post, "/authservice/logout", CookieOf(who), "Origin: " + gateway.PublicUrl, "Sec-Fetch-Site: same-origin"));

    /// <param name="connection">The one connection.</param>
    /// <param name="who">Index of the user; -1 for somebody without a session.</param>
    /// <param name="target">What is asked for.</param>
    public async Task CheckAsync(Http2Connection connection, int who, string target)
    {
        var answer = await AskAsync(connection, who < 0 ? "_xsrf=-1" : CookieOf(who), target);
        if (who < 0)
        {
            Assert.True(answer.Status == 401, $"{target}: {answer}");
            Assert.Null(answer.Header("kubeflow-userid"));
            return;
        }

        Assert.True(answer.Status == 200, $"{target} as {who}: {answer}");
        if (gateway.Mode == GatewayMode.ExtAuthz)
        {
            Assert.Equal(Users[who].Email, Assert.Single(answer.All("kubeflow-userid")));
            return;
        }

        // The application answers with what it was sent.
        var seen = new UpstreamRequest(0, "GET", (string)answer.Json["target"]!, [.. answer.Json["lines"]!.AsArray().Select(line => (string)line!)]);
        Assert.Equal(target, seen.Target);
        Assert.Equal(Users[who].Email, Assert.Single(seen.AllFolded("kubeflow-userid")));
        Assert.Equal($"_xsrf={who}", Assert.Single(seen.All("Cookie")));
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        folder.Dispose();
    }
}
