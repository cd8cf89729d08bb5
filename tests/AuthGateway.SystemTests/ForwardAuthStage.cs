using AuthGateway.SystemTests.Parts;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests;

/// <summary>Application, gateway and in front of both a proxy that asks, set up as docs/deploy-forward-auth.md says.</summary>
internal sealed class ForwardAuthStage : IAsyncDisposable
{
    public required RecordingUpstream Upstream { get; init; }

    public required GatewayProcess Gateway { get; init; }

    public required GuideProxy Proxy { get; init; }

    public Uri Page(string path) => new($"http://localhost:{Proxy.Port}{path}");

    public static async Task<ForwardAuthStage> StartAsync(string proxy, KeycloakServer keycloak, GatewayBinary binary, params (string Name, string Value)[] more)
    {
        var (publicPort, port) = (Ports.Free(), Ports.Free());
        var settings = GatewayLaunch.Settings(await keycloak.IssuerAsync("kubeflow"), port, publicPort);
        settings["TRUSTED_PROXIES"] = "127.0.0.1";
        settings["EXT_AUTHZ_PORT"] = $"{Ports.Free()}";
        foreach (var (name, value) in more)
            settings[name] = value;
        var upstream = new RecordingUpstream();
        GuideProxy? front = null;
        try
        {
            front = await GuideProxy.StartAsync(proxy, publicPort, port, upstream.Port);
            var gateway = await GatewayProcess.StartAsync(binary, new GatewayLaunch { Port = port, Environment = settings });
            return new ForwardAuthStage { Upstream = upstream, Gateway = gateway, Proxy = front };
        }
        catch
        {
            if (front is not null)
                await front.DisposeAsync();
            upstream.Dispose();
            throw;
        }
    }

    /// <summary>One request through the proxy; <paramref name="lines"/> are header lines as they go out.</summary>
    public async Task<(RawHead Head, string Body)> SendAsync(string method, string target, params string[] lines)
    {
        using var connection = await RawConnection.OpenAsync(Proxy.Port);
        await connection.WriteAsync($"{method} {target} HTTP/1.1\r\nHost: localhost:{Proxy.Port}\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n");
        return await connection.ReadAnswerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Gateway.DisposeAsync();
        Upstream.Dispose();
    }
}
