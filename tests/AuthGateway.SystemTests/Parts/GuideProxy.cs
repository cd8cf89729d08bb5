using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace AuthGateway.SystemTests.Parts;

/// <summary>
/// A real nginx or Caddy with the configuration of docs/deploy-forward-auth.md, word for word but for its addresses: found on PATH or in the folders
/// <c>NGINX_HOME</c> and <c>CADDY_HOME</c>.
/// </summary>
internal sealed class GuideProxy : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly ChildProcess _process;

    private GuideProxy(TempFolder folder, ChildProcess process, int port) => (_folder, _process, Port) = (folder, process, port);

    public int Port { get; }

    /// <param name="name"><c>nginx</c> or <c>caddy</c>.</param>
    /// <param name="change">What an operator adds to the guide's configuration.</param>
    public static async Task<GuideProxy> StartAsync(string name, int listen, int gateway, int application, Func<string, string>? change = null)
    {
        var program = RealPart.Program($"{name.ToUpperInvariant()}_HOME", name, name);
        var folder = new TempFolder(name);
        var text = Replace(Replace(change?.Invoke(Block(name)) ?? Block(name), "127.0.0.1:8080", Local(gateway)), "127.0.0.1:3000", Local(application));
        var process = name == "nginx" ? StartNginx(program, folder, text, listen) : StartCaddy(program, folder, text, listen);
        var proxy = new GuideProxy(folder, process, listen);
        try
        {
            await Deadline.UntilAsync(proxy.AcceptsAsync, TimeSpan.FromSeconds(20), () => $"{name} on {listen}\n{process.Output}");
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static ChildProcess StartNginx(string program, TempFolder folder, string server, int listen)
    {
        var file = folder.Write("nginx.conf", $$"""
            daemon off;
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            pid nginx.pid;
            error_log stderr;
            events {}
            http {
              access_log off;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              {{Replace(server, "listen 443 ssl;", $"listen {Local(listen)};")}}
            }
            """);
        return ChildProcess.Start(program, ["-p", folder.Path, "-e", "stderr", "-c", file]);
    }

    private static ChildProcess StartCaddy(string program, TempFolder folder, string site, int listen)
    {
        var file = folder.Write("Caddyfile", $$"""
            {
            	admin off
            }
            {{Replace(site, "apps.example.com {", $"http://:{listen.ToString(CultureInfo.InvariantCulture)} {{\n\tbind 127.0.0.1")}}
            """);
        return ChildProcess.Start(program, ["run", "--adapter", "caddyfile", "--config", file], new Dictionary<string, string> { ["XDG_DATA_HOME"] = folder.Path, ["XDG_CONFIG_HOME"] = folder.Path });
    }

    private static string Block(string language) =>
        Regex.Match(File.ReadAllText(Repository.PathOf("docs", "deploy-forward-auth.md")), $"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline) is { Success: true } block
            ? block.Groups[1].Value
            : throw new InvalidOperationException($"The guide has no block for {language}.");

    private static string Replace(string text, string old, string with)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, with, StringComparison.Ordinal);
    }

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private async Task<bool> AcceptsAsync()
    {
        Assert.False(_process.HasExited, $"It ended by itself:\n{_process.Output}");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
