using System.Diagnostics;
using AuthGateway.SystemTests.Parts;
using Microsoft.Playwright;

namespace AuthGateway.SystemTests.Browsers;

/// <summary>
/// A real JupyterLab 4 in Chromium whose session ends while a cell runs: after a login in another tab the kernel's socket comes back by itself and the
/// cell's output is complete, without a reload and without a box.
/// </summary>
public sealed class NotebookTests(JupyterLab jupyter, GatewayBinary binary, Chromium chromium) : IClassFixture<JupyterLab>
{
    private const int Lines = 120;
    private static readonly string Code = $"import time\nfor i in range({Lines}):\n    print('line', i, flush=True)\n    time.sleep(0.1)\nprint('the end')";

    [Fact]
    public async Task In_line_kernel_comes_back_after_a_back_channel_logout_and_after_a_logout_in_another_tab()
    {
        await using var stage = await BrowserStage.StartAsync(binary, jupyter.Port);
        var page = await OpenAsync(stage, "inline");

        await RunThroughAnEndAsync(stage, page, "back-channel logout", stage.EndAtProviderAsync);
        await RunThroughAnEndAsync(stage, page, "logout in another tab", () => stage.LogOutInAnotherTabAsync(page.Context));

        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task In_line_kernel_comes_back_after_a_session_that_grew_too_old()
    {
        await using var stage = await BrowserStage.StartAsync(binary, jupyter.Port, more: [("SESSION_MAX_AGE", "40")]);
        var page = await OpenAsync(stage, "age");

        await RunThroughAnEndAsync(stage, page, "session of 40 s over", () => Task.CompletedTask);

        await page.Context.CloseAsync();
    }

    /// <summary>Envoy keeps a tunnel open when its session ends; here it breaks afterwards, as tunnels do.</summary>
    [Fact]
    public async Task Behind_Envoy_kernel_comes_back_when_its_socket_broke_after_the_sessions_end()
    {
        EnvoyProxy.Home();
        using var relay = new TcpRelay(jupyter.Port);
        await using var stage = await BrowserStage.StartAsync(binary, relay.Port, envoy: true);
        var page = await OpenAsync(stage, "envoy");

        await RunThroughAnEndAsync(stage, page, "Envoy: back-channel logout, then a broken tunnel", async () =>
        {
            await stage.EndAtProviderAsync();
            await relay.CutInAPauseAsync();
        });
        await RunThroughAnEndAsync(stage, page, "Envoy: logout in another tab, then a broken tunnel", async () =>
        {
            await stage.LogOutInAnotherTabAsync(page.Context);
            await relay.CutInAPauseAsync();
        });

        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Behind_Envoy_kernel_comes_back_when_its_socket_broke_after_the_session_grew_too_old()
    {
        EnvoyProxy.Home();
        using var relay = new TcpRelay(jupyter.Port);
        await using var stage = await BrowserStage.StartAsync(binary, relay.Port, envoy: true, ("SESSION_MAX_AGE", "40"));
        var page = await OpenAsync(stage, "envoy-age");

        await RunThroughAnEndAsync(stage, page, "Envoy: session of 40 s over, then a broken tunnel", async () =>
        {
            await Deadline.UntilAsync(
                async () => (await page.Context.APIRequest.GetAsync(stage.Url("/authservice/userinfo"), new() { MaxRedirects = 0 })).Status is 401 or 302, TimeSpan.FromSeconds(60), () => "the session is over");
            await relay.CutInAPauseAsync();
        });

        await page.Context.CloseAsync();
    }

    private async Task<IPage> OpenAsync(BrowserStage stage, string name)
    {
        var path = await jupyter.NotebookAsync(name, Code);
        var page = await chromium.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        await stage.LogInAsync(page, path);
        await Assertions.Expect(page.GetByText("Python 3 (ipykernel) | Idle")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        // JupyterLab asks again after 10 to 30 s, by chance: here always after 10.
        await page.EvaluateAsync("window.mark = 'never reloaded'; Math.random = () => 0");
        return page;
    }

    private static async Task RunThroughAnEndAsync(BrowserStage stage, IPage page, string how, Func<Task> end)
    {
        var output = page.Locator(".jp-OutputArea-output").First;
        var probes = new List<int>();
        page.Response += (_, answer) =>
        {
            if (answer.Request.Method == "GET" && answer.Url.Contains("/api/kernels/", StringComparison.Ordinal) && !answer.Url.Contains("/channels", StringComparison.Ordinal))
                lock (probes)
                    probes.Add(answer.Status);
        };
        await page.Locator(".jp-Cell .cm-content").First.ClickAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        await Assertions.Expect(output).ToContainTextAsync("line 3\n", new() { Timeout = 30_000 });

        await end();
        await Deadline.UntilAsync(() => Task.FromResult(Count(probes, 424) > 0), TimeSpan.FromSeconds(60), () => $"a probe for the kernel after: {how}\n{stage.Gateway.Log}");
        await stage.LogInInAnotherTabAsync(page.Context);
        var clock = Stopwatch.StartNew();
        var socket = page.WaitForWebSocketAsync(new() { Predicate = socket => socket.Url.Contains("/channels", StringComparison.Ordinal), Timeout = 60_000 });
        // The person comes back to the tab.
        await page.BringToFrontAsync();
        await page.Locator(".jp-Cell .cm-content").First.ClickAsync();
        await socket;
        var back = clock.Elapsed;

        await Assertions.Expect(output).ToContainTextAsync("the end", new() { Timeout = 60_000 });
        Assert.Equal(string.Concat(Enumerable.Range(0, Lines).Select(i => $"line {i}\n")) + "the end\n", await output.InnerTextAsync() is var text && text.EndsWith('\n') ? text : text + "\n");
        Assert.Equal("never reloaded", await page.EvaluateAsync<string>("window.mark"));
        Assert.Equal(0, await page.Locator(".jp-Dialog").CountAsync());
        TestContext.Current.TestOutputHelper?.WriteLine($"{how}: the kernel's socket was back {back.TotalSeconds:0.0} s after the login; probes answered {string.Join(" ", probes)}");
    }

    private static int Count(List<int> probes, int status)
    {
        lock (probes)
            return probes.Count(seen => seen == status);
    }
}
