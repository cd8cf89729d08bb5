namespace AuthGateway.Tests.Forwarding;

/// <summary>X4: the transforms of a <c>ROUTES_FILE</c>; the identity comes after all of them.</summary>
public class RoutesTransformTests
{
    /// <summary>Transform; line that the application sees (with <c>!</c>: does not); line that the client sees, or does not.</summary>
    public static TheoryData<string, string, string> Rows => new()
    {
        { "\"QueryRouteParameter\": \"r\", \"Set\": \"rest\"", "TARGET: /app/x?r=x", "" },
        { "\"HttpMethodChange\": \"GET\", \"Set\": \"PUT\"", "METHOD: PUT", "" },
        { "\"RequestHeadersCopy\": \"false\"", "!X-Sent", "" },
        { "\"RequestHeader\": \"X-New\", \"Set\": \"1\"", "X-New: 1", "" },
        { "\"RequestHeader\": \"X-Sent\", \"Append\": \"2\"", "X-Sent: 1, 2", "" },
        { "\"RequestHeader\": \"kubeflow-userid\", \"Set\": \"victim\"", "kubeflow-userid: alice@example.test", "" },
        { "\"RequestHeaderRouteValue\": \"X-Rest\", \"Set\": \"rest\"", "X-Rest: x", "" },
        { "\"RequestHeaderRemove\": \"X-Sent\"", "!X-Sent", "" },
        { "\"RequestHeadersAllowed\": \"X-Other\"", "!X-Sent", "" },
        { "\"Forwarded\": \"for,host\", \"ForFormat\": \"IP\"", "Forwarded: host=\"gw.example.test\";for=127.0.0.1", "" },
        { "\"ClientCert\": \"X-Cert\"", "!X-Cert", "" },
        { "\"ResponseHeadersCopy\": \"false\"", "X-Sent: 1", "!X-App" },
        { "\"ResponseHeader\": \"X-Out\", \"Set\": \"1\", \"When\": \"Always\"", "X-Sent: 1", "X-Out: 1" },
        { "\"ResponseHeaderRemove\": \"X-App\"", "X-Sent: 1", "!X-App" },
        { "\"ResponseHeadersAllowed\": \"X-Else\"", "X-Sent: 1", "!X-App" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Transform_does_what_yarp_documents(string transform, string upstream, string client)
    {
        await using var rig = await StartAsync(transform);
        using var connection = await RawClient.ConnectAsync(rig.Gateway.Address);

        await connection.SendAsync($"GET /app/x HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\nX-Sent: 1\r\nTE: trailers\r\n\r\n");
        var status = await connection.Reader.LineAsync();
        var lines = await connection.Reader.LinesAsync();
        var (body, trailers) = (await connection.Reader.ChunkedAsync())!.Value;

        Assert.Equal(("HTTP/1.1 200 OK", "ok"), (status, System.Text.Encoding.ASCII.GetString(body)));
        var seen = rig.Upstream.Last;
        Expect(upstream, [$"TARGET: {seen.Target}", $"METHOD: {seen.Method}", .. seen.Lines]);
        Expect(client, [.. lines!, .. trailers]);
        Assert.Equal(["alice@example.test"], seen.AllFolded("kubeflow-userid"));
        Assert.DoesNotContain(trailers, line => line.Contains("victim", StringComparison.Ordinal));
    }

    /// <summary>Trailers reach clients over HTTP/2.</summary>
    [Theory]
    [InlineData("\"ResponseTrailersCopy\": \"false\"", "")]
    [InlineData("\"ResponseTrailer\": \"X-Last\", \"Set\": \"1\"", "x-trail: t|x-last: 1")]
    [InlineData("\"ResponseTrailerRemove\": \"X-Trail\"", "")]
    [InlineData("\"ResponseTrailersAllowed\": \"X-Else\"", "")]
    [InlineData("\"RequestHeader\": \"X-New\", \"Set\": \"1\"", "x-trail: t")]
    public async Task Trailer_transform_does_what_yarp_documents(string transform, string trailers)
    {
        await using var rig = await StartAsync(transform, new() { ["SERVER_H2C"] = "true" });
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = rig.Call("/app/x");

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(trailers, string.Join('|', answer.TrailingHeaders.Select(trailer => $"{trailer.Key}: {string.Join(',', trailer.Value)}")));
    }

    private static async Task<ForwardingRig> StartAsync(string transform, Dictionary<string, string>? settings = null)
    {
        var rig = await ForwardingRig.WithFileAsync($$"""
            {
              "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "/app/{**rest}" }, "Transforms": [ { {{transform}} } ] } },
              "Clusters": { "app": { "Destinations": { "one": { "Address": "UPSTREAM" } } } }
            }
            """, settings);
        rig.Upstream.Answers["/app/x"] = "HTTP/1.1 200 OK\r\nX-App: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Trail\r\n\r\n2\r\nok\r\n0\r\nX-Trail: t\r\nkubeflow-userid: victim\r\n\r\n";
        return rig;
    }

    private static void Expect(string expected, IReadOnlyList<string> lines)
    {
        if (expected.StartsWith('!'))
        {
            Assert.DoesNotContain(lines, line => line.StartsWith(expected[1..] + ":", StringComparison.OrdinalIgnoreCase));
        }
        else if (expected.Length > 0)
        {
            Assert.Contains(lines, line => line.Equals(expected, StringComparison.OrdinalIgnoreCase));
        }
    }
}
