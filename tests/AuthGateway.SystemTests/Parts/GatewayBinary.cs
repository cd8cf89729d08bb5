namespace AuthGateway.SystemTests.Parts;

/// <summary>The gateway as operators get it: <c>AUTHGATEWAY_BINARY</c>, else published once per run.</summary>
public sealed class GatewayBinary : IDisposable
{
    private readonly Lazy<Task<string>> _file;
    private readonly TempFolder _folder = new("publish");

    public GatewayBinary() => _file = new(LocateAsync);

    /// <summary>Path of the executable.</summary>
    public Task<string> FileAsync() => _file.Value;

    public void Dispose() => _folder.Dispose();

    private async Task<string> LocateAsync()
    {
        var given = Environment.GetEnvironmentVariable("AUTHGATEWAY_BINARY");
        if (!string.IsNullOrEmpty(given))
            return Path.GetFullPath(given);
        await ChildProcess.RunAsync(
            "dotnet",
            ["publish", Repository.PathOf("src", "AuthGateway"), "-c", "Release", "-o", _folder.Path, "--nologo", "-v", "q"],
            new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1" });
        return _folder.File("auth-gateway");
    }
}
