using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AuthGateway.Limits;
using AuthGateway.Outgoing;

namespace AuthGateway.Tests.Outgoing;

/// <summary>The one connect policy (RFC 8305).</summary>
public class ConnectorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task G2_the_next_address_is_tried_after_250_ms_and_the_first_that_connects_wins()
    {
        using var good = Listen(out var port);
        using var dead = await DeadAddress.StartAsync(port);
        var started = Stopwatch.GetTimestamp();

        using var socket = await Resolving(DeadAddress.Address, IPAddress.Loopback).ConnectAsync("app.test", port, Limit, CancellationToken.None);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, port), socket.RemoteEndPoint);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 200, 3000);
    }

    [Fact]
    public async Task G2_a_refused_address_gives_way_at_once()
    {
        using var good = Listen(out var port);

        using var socket = await Resolving(IPAddress.Parse("127.0.0.8"), IPAddress.Parse("127.0.0.7"), IPAddress.Loopback).ConnectAsync("app.test", port, Limit, CancellationToken.None);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, port), socket.RemoteEndPoint);
    }

    [Fact]
    public async Task G2_the_message_names_every_address_that_was_tried_and_what_became_of_it()
    {
        using var reserved = Listen(out var port);
        reserved.Stop();
        using var dead = await DeadAddress.StartAsync(port);

        var failure = await Assert.ThrowsAsync<ConnectFailedException>(() =>
            Resolving(DeadAddress.Address, IPAddress.Parse("127.0.0.8")).ConnectAsync("app.test", port, TimeSpan.FromSeconds(1), CancellationToken.None));

        Assert.Equal($"no connection to app.test:{port} (tried 127.0.0.8: connection refused, 127.0.0.9: no answer within 1 s)", failure.Message);
        Assert.True(failure.IsTimeout);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "the name app.test is not known to DNS")]
    [InlineData(SocketError.TryAgain, "the name app.test is not resolved in time")]
    public async Task A_name_that_is_not_resolved_is_said(SocketError error, string message)
    {
        var connector = new Connector((_, _) => Task.FromException<IPAddress[]>(new SocketException((int)error)));

        Assert.Equal(message, (await Assert.ThrowsAsync<ConnectFailedException>(() => connector.ConnectAsync("app.test", 80, Limit, CancellationToken.None))).Message);
    }

    [Fact]
    public async Task The_callers_end_ends_the_attempts()
    {
        using var reserved = Listen(out var port);
        reserved.Stop();
        using var dead = await DeadAddress.StartAsync(port);
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Resolving(DeadAddress.Address, DeadAddress.Address).ConnectAsync("app.test", port, Limit, caller.Token));
    }

    [Theory]
    [InlineData("::1 ::2 127.0.0.1 127.0.0.2", "::1 127.0.0.1 ::2 127.0.0.2")]
    [InlineData("127.0.0.1 127.0.0.2 127.0.0.3 ::1", "127.0.0.1 ::1 127.0.0.2 127.0.0.3")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void Families_take_turns_beginning_with_the_best_address(string resolved, string tried)
    {
        IPAddress[] Read(string text) => [.. text.Split(' ').Select(IPAddress.Parse)];

        Assert.Equal(Read(tried), Connector.Interleave(Read(resolved)));
    }

    private static Connector Resolving(params IPAddress[] addresses) => new((_, _) => Task.FromResult(addresses));

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }
}
