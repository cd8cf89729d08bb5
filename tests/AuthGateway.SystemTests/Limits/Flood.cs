using System.Text;
using AuthGateway.SystemTests.Stores;

namespace AuthGateway.SystemTests.Limits;

/// <summary>One attack of somebody without a session, by name, from so many connections; what it opened stays open until it is disposed of.</summary>
internal sealed partial class Flood(int port, bool isTls, string issuer) : IDisposable
{
    private const string Homepage = "/authservice/site/homepage";
    private const string Tokens = "/authservice/backchannel-logout";
    private static readonly string Host = $"Host: {StoreGateway.PublicHost}\r\nAccept: application/json\r\n";
    private readonly List<IDisposable> _held = [];

    /// <summary>True for an attack that speaks HTTP/2.</summary>
    public static bool IsHttp2(string attack) => attack.EndsWith("-h2", StringComparison.Ordinal);

    public Task RunAsync(string attack, int connections, CancellationToken end) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => IsHttp2(attack) ? FramesAsync(attack, end) : BytesAsync(attack, end), CancellationToken.None)));

    public void Dispose()
    {
        lock (_held)
            _held.ForEach(held => held.Dispose());
    }

    private T Hold<T>(T held)
        where T : IDisposable
    {
        lock (_held)
            _held.Add(held);
        return held;
    }
}
