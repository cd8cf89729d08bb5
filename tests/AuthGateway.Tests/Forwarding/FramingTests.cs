namespace AuthGateway.Tests.Forwarding;

/// <summary>X7: after a message whose end is in doubt nothing more is read from its connection (RFC 9112 §6.1, §6.3, §2.2).</summary>
public sealed class FramingTests(FramingTests.OneRig shared) : IClassFixture<FramingTests.OneRig>
{
    public static TheoryData<string, string> Faults => new()
    {
        { "chunks in HTTP/1.0", "POST {0} HTTP/1.0\r\nHost: {1}\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "chunks and a length in HTTP/1.0", "POST {0} HTTP/1.0\r\nHost: {1}\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" },
        { "a coding besides chunked", "POST {0} HTTP/1.1\r\nHost: {1}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
        { "chunked twice", "POST {0} HTTP/1.1\r\nHost: {1}\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" },
        { "chunked is not the last", "POST {0} HTTP/1.1\r\nHost: {1}\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n" },
        { "identity", "POST {0} HTTP/1.1\r\nHost: {1}\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nab" },
        { "chunks and a length", "POST {0} HTTP/1.1\r\nHost: {1}\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" },
        { "two lengths", "POST {0} HTTP/1.1\r\nHost: {1}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab" },
        { "two lengths in one line", "POST {0} HTTP/1.1\r\nHost: {1}\r\nContent-Length: 2, 2\r\n\r\nab" },
        { "a length that is no number", "POST {0} HTTP/1.1\r\nHost: {1}\r\nContent-Length: +2\r\n\r\nab" },
        { "a negative length", "POST {0} HTTP/1.1\r\nHost: {1}\r\nContent-Length: -1\r\n\r\nab" },
        { "a chunk size that is no number", "POST {0} HTTP/1.1\r\nHost: {1}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n" },
        { "a chunk size beyond all bounds", "POST {0} HTTP/1.1\r\nHost: {1}\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nab\r\n0\r\n\r\n" },
        { "a chunk that is longer than it says", "POST {0} HTTP/1.1\r\nHost: {1}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabcd\r\n0\r\n\r\n" },
        { "a line that goes on", "POST {0} HTTP/1.1\r\nHost: {1}\r\nX-A: a\r\n b\r\nContent-Length: 2\r\n\r\nab" },
        { "a blank before the colon", "POST {0} HTTP/1.1\r\nHost: {1}\r\nContent-Length : 2\r\n\r\nab" },
        { "lines that end in LF", "POST {0} HTTP/1.1\nHost: {1}\nContent-Length: 2\n\nab" },
        { "no host", "POST {0} HTTP/1.1\r\nContent-Length: 2\r\n\r\nab" },
        { "two hosts", "POST {0} HTTP/1.1\r\nHost: {1}\r\nHost: other\r\nContent-Length: 2\r\n\r\nab" },
        { "a control byte in a name", "POST {0} HTTP/1.1\r\nHost: {1}\r\nX\0A: a\r\nContent-Length: 2\r\n\r\nab" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Faulty_message_is_refused_and_the_connection_closed(string fault, string message)
    {
        var rig = shared.Gateway;
        foreach (var target in new[] { "/public/x", "/app", "/authservice/logout" })
        {
            using var client = await RawClient.ConnectAsync(rig.Address);
            await client.SendAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, message, target, GatewayRig.PublicHost));
            await client.SendAsync($"GET /public/smuggled HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n\r\n");

            var answers = await client.ReadAllAsync(TimeSpan.FromSeconds(3));

            Assert.True(answers.Count <= 1, $"{fault} at {target}: {string.Join(" then ", answers)}");
            Assert.True(await client.IsClosedAsync(), $"{fault} at {target} left the connection open.");
            // Of chunks and a length a server may go by the chunks, and closes then (RFC 9112 §6.1).
            Assert.All(answers, answer => Assert.InRange(answer.Status, fault == "chunks and a length" ? 200 : 400, 499));
            Assert.DoesNotContain(rig.Upstream.Requests, request => request.Target.Contains("smuggled", StringComparison.Ordinal));
        }
    }

    /// <summary>One gateway for all of them.</summary>
    public sealed class OneRig : IAsyncLifetime
    {
        internal GatewayRig Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await GatewayRig.StartAsync();

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
