using System.Globalization;
using System.Net;
using System.Text;
using AuthGateway.Benchmarks.Harness;

namespace AuthGateway.Benchmarks.Peers;

/// <summary>
/// <c>peers [the options of the comparison]</c>: requests with a live session through the gateway and through other
/// products, each proved to be correct first. A product that is not there has a row that says so.
/// </summary>
/// <remarks>The CPU time of a chain is that of all its processes.</remarks>
internal static class PeersRun
{
    public static async Task<int> RunAsync(ComparisonSettings settings)
    {
        var wrk = Wrk.Find();
        var folder = Directory.CreateTempSubdirectory("auth-gateway-peers-");
        await using var stage = await Stage.StartAsync(settings);
        await stage.ProveAsync();
        var (targets, missing, running) = await StartAsync(stage, folder.FullName);
        try
        {
            foreach (var target in targets.Where(target => target.Name != Stage.BareYarp))
            {
                await ProveAsync(target);
            }

            foreach (var target in targets)
            {
                await wrk.RunAsync(target, settings.Connections, settings.WarmUp);
            }

            var samples = targets.ToDictionary(target => target.Name, _ => new List<Sample>());
            for (var round = 0; round < settings.Rounds; round++)
            {
                foreach (var target in round % 2 == 0 ? targets : targets.AsEnumerable().Reverse())
                {
                    samples[target.Name].Add(await wrk.RunAsync(target, settings.Connections, settings.Run));
                }
            }

            return await WriteAsync(samples, missing, settings.Markdown);
        }
        finally
        {
            foreach (var process in running)
            {
                await process.DisposeAsync();
            }

            folder.Delete(recursive: true);
        }
    }

    private static async Task<(List<Target> Targets, List<string> Missing, List<IAsyncDisposable> Running)> StartAsync(Stage stage, string folder)
    {
        var check = stage.Targets.Single(target => target.Name == Stage.Check);
        var (targets, missing, running) = (new List<Target>(), new List<string>(), new List<IAsyncDisposable>());
        targets.AddRange(stage.Targets.Where(target => target.Name is Stage.Inline or Stage.BareYarp));
        if (await PeerProxy.StartNginxAsync(folder, check.Address, stage.Upstream) is { } nginx)
        {
            running.Add(nginx.Process);
            targets.Add(new Target(PeerProxy.Nginx, nginx.Address, nginx.Process.Id, check.Cookie) { Behind = check.ProcessId });
        }
        else
        {
            missing.Add($"{PeerProxy.Nginx} (NGINX)");
        }

        if (await PeerProxy.StartEnvoyAsync(folder, check.Address, stage.Upstream) is { } envoy)
        {
            running.Add(envoy.Process);
            targets.Add(new Target(PeerProxy.Envoy, envoy.Address, envoy.Process.Id, check.Cookie) { Behind = check.ProcessId });
        }
        else
        {
            missing.Add($"{PeerProxy.Envoy} (ENVOY_HOME)");
        }

        missing.Add(Environment.GetEnvironmentVariable("OAUTH2_PROXY_BIN") is { Length: > 0 }
            ? $"{PeerProxy.Oauth2Proxy} (its row is not written yet)"
            : $"{PeerProxy.Oauth2Proxy} (OAUTH2_PROXY_BIN)");
        return (targets, missing, running);
    }

    private static async Task ProveAsync(Target target)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
        using var with = await SendAsync(client, target, target.Cookie);
        var user = await with.Content.ReadAsStringAsync();
        using var without = await SendAsync(client, target, null);
        if (with.StatusCode != HttpStatusCode.OK || user != InstantProvider.User
            || without.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Redirect))
        {
            throw new InvalidOperationException(
                $"Not measured: {target.Name} shows the upstream '{user}' ({(int)with.StatusCode}), and without a session answers {(int)without.StatusCode}.");
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Target target, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(target.Address, "/who"));
        request.Headers.Add("kubeflow-userid", "evil@example.com");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return await client.SendAsync(request);
    }

    private static async Task<int> WriteAsync(Dictionary<string, List<Sample>> samples, List<string> missing, string? file)
    {
        var text = new StringBuilder("| in-line with a live session | requests/s | CPU µs a request | bad |\n|---|---|---|---|\n");
        foreach (var (name, rounds) in samples)
        {
            var sorted = rounds.OrderBy(sample => sample.CpuMicroseconds).ToList();
            text.Append(CultureInfo.InvariantCulture,
                $"| {name} | {sorted[sorted.Count / 2].PerSecond:0} | {sorted[sorted.Count / 2].CpuMicroseconds:0.0} ({sorted[0].CpuMicroseconds:0.0}-{sorted[^1].CpuMicroseconds:0.0}) | {rounds.Sum(sample => sample.Bad)} |\n");
        }

        missing.ForEach(name => text.Append(CultureInfo.InvariantCulture, $"| {name} | missing | | |\n"));
        Console.Write(text);
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, text.ToString());
        }

        return samples.Values.SelectMany(rounds => rounds).Any(sample => sample.Bad > 0) ? 1 : 0;
    }
}
