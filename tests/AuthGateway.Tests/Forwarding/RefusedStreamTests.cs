namespace AuthGateway.Tests.Forwarding;

/// <summary>G15: a request that an HTTP/2 upstream did not process is sent again, or is a readable 502; never an empty 400.</summary>
public class RefusedStreamTests
{
    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 10)]
    [InlineData(false, 60000)]
    [InlineData(true, 60000)]
    public async Task Small_body_is_sent_again(bool byGoAway, int length)
    {
        using var app = new RefusingHttp2Server(refusals: 1, byGoAway);
        await using var rig = await StartAsync(app);

        var answer = await PostAsync(rig, new string('x', length), $"Content-Length: {length}");

        Assert.True(answer.Status == 200, $"{answer}\n{rig.Gateway.Log.Text}");
        Assert.Equal((1, length), (app.Answered, app.BodyBytes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Long_body_is_502_and_says_so(bool byGoAway)
    {
        using var app = new RefusingHttp2Server(refusals: 20, byGoAway);
        await using var rig = await StartAsync(app);

        var answer = await PostAsync(rig, new string('x', 300000), "Content-Length: 300000");

        Assert.Equal((502, "The application does not answer.\n"), (answer.Status, answer.Text));
        Assert.Equal(0, app.Answered);
    }

    /// <summary>Nobody knows how long it will be: it is on its way while it comes in, and cannot be sent again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_of_unknown_length_is_502_and_says_so(bool byGoAway)
    {
        using var app = new RefusingHttp2Server(refusals: 20, byGoAway);
        await using var rig = await StartAsync(app);

        var answer = await PostAsync(rig, "5\r\nhello\r\n0\r\n\r\n", "Transfer-Encoding: chunked");

        Assert.Equal((502, "The application does not answer.\n"), (answer.Status, answer.Text));
        Assert.Equal(0, app.Answered);
    }

    private static async Task<RawResponse> PostAsync(ForwardingRig rig, string body, string framing) => await RawClient.OnceAsync(
        rig.Gateway.Address, $"POST /app HTTP/1.1\r\nHost: {GatewayRig.PublicHost}\r\n{rig.Cookie}\r\nAccept: application/json\r\n{framing}\r\n\r\n{body}");

    private static Task<ForwardingRig> StartAsync(RefusingHttp2Server app) => ForwardingRig.WithFileAsync($$"""
        {
          "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "{**rest}" } } },
          "Clusters": { "app": { "HttpRequest": { "Version": "2", "VersionPolicy": "RequestVersionExact" }, "Destinations": { "one": { "Address": "{{app.Address}}" } } } }
        }
        """);
}
