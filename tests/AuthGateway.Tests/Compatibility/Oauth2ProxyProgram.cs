using System.Diagnostics;

namespace AuthGateway.Tests.Compatibility;

/// <summary>The program that <c>OAUTH2_PROXY_BIN</c> names, on a file.</summary>
internal sealed class Oauth2ProxyProgram : IDisposable
{
    private readonly Process _process;

    private Oauth2ProxyProgram(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Null when there is no such program here.</summary>
    public static string? Path => Environment.GetEnvironmentVariable("OAUTH2_PROXY_BIN") is { Length: > 0 } path ? path : null;

    public Uri Address { get; }

    public static async Task<Oauth2ProxyProgram> StartAsync(string config, IReadOnlyDictionary<string, string> variables)
    {
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var start = new ProcessStartInfo(Path!, ["--config=" + config, "--http-address=" + address.Authority]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var program = new Oauth2ProxyProgram(process, address);
        await Deadline.UntilAsync(program.AnswersAsync, () => "oauth2-proxy answers", seconds: 20);
        return program;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await RawClient.OnceAsync(Address, "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).Status == 200;
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
