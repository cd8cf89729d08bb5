using System.IO.Pipelines;
using AuthGateway.Http;
using AuthGateway.Limits;
using AuthGateway.Limits.Http2;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace AuthGateway.Tests.Limits;

/// <summary>A client without a session awaits a turn now and then, although its bytes are there.</summary>
public sealed class StrangerInputTests
{
    private const int Reads = 40;

    [Theory]
    [InlineData(ListenerKind.Main, false, false, 10)]
    [InlineData(ListenerKind.Probe, false, false, 10)]
    [InlineData(ListenerKind.Main, true, false, 0)]
    [InlineData(ListenerKind.Main, false, true, 0)]
    public async Task Every_fourth_read_of_a_stranger_over_http1_awaits_a_turn(
        object listener, bool hasIdentity, bool isHttp2, int waits)
    {
        await using var rig = await GatewayRig.StartAsync(waitUntilReady: false);
        var pipe = new Pipe();
        var client = new ClientConnection((ListenerKind)listener, null) { HasShownIdentity = hasIdentity, IsHttp2 = isHttp2 };
        var connection = new DefaultConnectionContext { Transport = new Duplex(pipe.Reader, pipe.Writer) };
        connection.Features.Set(client);
        StrangerInput.Use(connection, rig.Server.Services.GetRequiredService<StrangerGate>());
        var input = connection.Transport.Input;

        var waited = 0;
        for (var i = 0; i < Reads; i++)
        {
            await pipe.Writer.WriteAsync(new byte[] { (byte)i }, TestContext.Current.CancellationToken);
            var read = input.ReadAsync(TestContext.Current.CancellationToken);
            waited += read.IsCompleted ? 0 : 1;
            var buffer = (await read).Buffer;
            Assert.Equal(i, buffer.FirstSpan[0]);
            input.AdvanceTo(buffer.End);
        }

        Assert.Equal(waits, waited);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
