using System.Diagnostics;
using System.Net;
using AuthGateway.Tests.Connections;

namespace AuthGateway.Tests.Limits;

/// <summary>What our own endpoints read (U7, U9).</summary>
public sealed class OwnBodyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task U9_a_logout_token_that_does_not_come_is_given_up_over_http_2_too()
    {
        var settings = new Dictionary<string, string> { ["STRANGER_TIMEOUT"] = "1" };
        TlsFiles.Use(settings, _folder.Path);
        await using var rig = await GatewayRig.StartAsync(settings: settings);
        using var connection = new Http2Connection(rig.Address);
        var request = connection.Request(HttpMethod.Post, "/authservice/backchannel-logout", null);
        request.Content = new Endless();

        var started = Stopwatch.GetTimestamp();
        try
        {
            Assert.InRange((await connection.SendAsync(request)).Status, 400, 499);
        }
        catch (HttpRequestException)
        {
            // The stream was reset, or the connection closed.
        }

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.5, 15);
    }

    [Fact]
    public async Task U7_a_callback_with_thousands_of_parameters_is_refused_before_they_are_split()
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.SendAsync("GET", "/authservice/oidc/callback?state=x" + string.Concat(Enumerable.Repeat("&a=1", 9700)));

        Assert.Equal(400, answer.Status);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A form that begins and never ends.</summary>
    private sealed class Endless : HttpContent
    {
        public Endless() => Headers.ContentType = new("application/x-www-form-urlencoded");

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("logout_token=ey"u8.ToArray());
            await stream.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
