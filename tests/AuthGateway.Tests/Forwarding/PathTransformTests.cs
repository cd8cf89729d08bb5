namespace AuthGateway.Tests.Forwarding;

/// <summary>X5: under path transforms the bytes of a path stay what they were; what a route takes off is told, and put back into redirects.</summary>
public class PathTransformTests
{
    public static TheoryData<string, string, string, string> Paths => new()
    {
        { "{ \"PathRemovePrefix\": \"/app\" }", "/app/a%2Fb%3Bc/%C3%A9%20x", "/a%2Fb%3Bc/%C3%A9%20x", "/app" },
        { "{ \"PathRemovePrefix\": \"/app\" }", "/app/a;v=1/b[1]/%7Ex/%25", "/a;v=1/b[1]/%7Ex/%25", "/app" },
        { "{ \"PathRemovePrefix\": \"/app\" }", "/app", "/", "/app" },
        { "{ \"PathRemovePrefix\": \"/app\" }", "/app/", "/", "/app" },
        { "{ \"PathRemovePrefix\": \"/app\" }", "/%61pp/x", "/x", "/%61pp" },
        { "{ \"PathPrefix\": \"/v 1\" }", "/app/a%2Fb%3Bc", "/v%201/app/a%2Fb%3Bc", "" },
        { "{ \"PathPattern\": \"/inner/{**rest}\" }", "/app/a%2Fb/c%3Bd/%e2%82%ac/%25", "/inner/a%2Fb/c%3Bd/%e2%82%ac/%25", "" },
        { "{ \"PathPattern\": \"/{**rest}\" }", "/app/a%2fb", "/a%2fb", "/app" },
        { "{ \"PathSet\": \"/fixed\" }", "/app/a%2Fb", "/fixed", "" },
        { "{ \"QueryValueParameter\": \"q\", \"Set\": \"1\" }", "/app/a%2Fb%3Bc", "/app/a%2Fb%3Bc?q=1", "" },
        { "{ \"QueryRemoveParameter\": \"q\" }", "/app/a%3Bc?q=1&r=%2F", "/app/a%3Bc?r=%2F", "" },
        { "{ \"PathRemovePrefix\": \"/app\" }", "/app/a?q=%2F+%20&&=;", "/a?q=%2F+%20&&=;", "/app" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Path_arrives_byte_for_byte(string transform, string sent, string arrives, string prefix)
    {
        await using var rig = await WithTransformAsync(transform);

        Assert.Equal(200, (await rig.SendAsync("GET", sent)).Status);

        Assert.Equal(arrives, rig.Upstream.Last.Target);
        Assert.Equal(prefix.Length > 0 ? [prefix] : [], rig.Upstream.Last.AllFolded("X-Forwarded-Prefix"));
    }

    [Fact]
    public async Task Prefix_of_a_trusted_proxy_comes_first()
    {
        await using var rig = await WithTransformAsync("{ \"PathRemovePrefix\": \"/app\" }");

        await rig.SendFromAsync(ForwardingRig.Proxy, "/app/x", rig.Cookie, "X-Forwarded-Prefix: /outer/");

        Assert.Equal(["/outer/app"], rig.Upstream.Last.AllFolded("X-Forwarded-Prefix"));
    }

    [Theory]
    [InlineData("/login?a=1", "/app/login?a=1")]
    [InlineData("/app/login", "/app/login")]
    [InlineData("/apple", "/app/apple")]
    [InlineData("http://UP/login", "https://gw.example.test/app/login")]
    [InlineData("https://gw.example.test/login", "https://gw.example.test/app/login")]
    [InlineData("//UP/login", "https://gw.example.test/app/login")]
    [InlineData("//gw.example.test/login", "//gw.example.test/app/login")]
    [InlineData("//other.example/login", "//other.example/login")]
    [InlineData("https://gw.example.test/app/login", "https://gw.example.test/app/login")]
    [InlineData("https://other.example/login", "https://other.example/login")]
    [InlineData("login", "login")]
    public async Task Redirect_gets_the_prefix_back(string written, string seen)
    {
        await using var rig = await WithTransformAsync("{ \"PathRemovePrefix\": \"/app\" }");
        rig.Upstream.Answers["/x"] = $"HTTP/1.1 302 Found\r\nLocation: {written.Replace("UP", rig.Upstream.Address.Authority, StringComparison.Ordinal)}\r\nContent-Length: 0\r\n\r\n";

        Assert.Equal(seen, (await rig.SendAsync("GET", "/app/x")).Location);
    }

    [Fact]
    public async Task Prefix_is_what_the_route_took_off_and_never_names_a_host()
    {
        // Match; transform; what the client sent; the prefix that the application sees; where its redirect to /login goes.
        (string Match, string Transform, string Sent, string Prefix, string Location)[] rows =
        [
            ("/{**all}", "{ \"PathSet\": \"/index.html\" }", "//evil.example/index.html", "", "/login"),
            ("/{**all}", "{ \"PathSet\": \"/index.html\" }", "/evil/index.html", "", "/login"),
            ("/{**all}", "{ \"PathSet\": \"/index.html\" }, { \"PathRemovePrefix\": \"/x\" }", "/evil/index.html", "", "/login"),
            ("/{**all}", "{ \"PathPattern\": \"/index.html\" }", "//evil.example/index.html", "", "/login"),
            ("/{**all}", "{ \"PathPattern\": \"/index.html\" }", "/evil/index.html", "", "/login"),
            ("/{**all}", "{ \"PathPattern\": \"/{**other}\" }", "/evil/", "", "/login"),
            ("/{a}/{**rest}", "{ \"PathPattern\": \"/{**rest}\" }", "/\\evil.example/index.html", "", "/login"),
            ("/{a}/{**rest}", "{ \"PathPattern\": \"/{**rest}\" }", "/%2Fevil.example/index.html", "", "/login"),
            ("/{a}/{**rest}", "{ \"PathPattern\": \"/{**rest}\" }", "/%5Cevil.example/index.html", "", "/login"),
            ("/{a}/{**rest}", "{ \"PathPattern\": \"/{**rest}\" }", "/bob/index.html", "/bob", "/bob/login"),
            ("/{a}/{**rest}", "{ \"PathRemovePrefix\": \"/bob\" }", "/bob/index.html", "/bob", "/bob/login"),
        ];
        await using var rig = await ForwardingRig.WithFileAsync($$"""
            {
              "Routes": { {{string.Join(',', rows.Select((row, i) => $$"""
                "r{{i}}": {
                  "ClusterId": "app", "Transforms": [ {{row.Transform}} ],
                  "Match": { "Path": "{{row.Match}}", "Headers": [ { "Name": "X-Route", "Values": [ "{{i}}" ] } ] }
                }
                """))}} },
              "Clusters": { "app": { "Destinations": { "one": { "Address": "UPSTREAM" } } } }
            }
            """);
        rig.Upstream.Answers["/index.html"] = rig.Upstream.Answers["/"] = "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n";

        for (var i = 0; i < rows.Length; i++)
        {
            var answer = await rig.SendAsync("GET", rows[i].Sent, $"X-Route: {i}");

            Assert.Equal((i, rows[i].Location), (i, answer.Location));
            Assert.Equal(rows[i].Prefix.Length > 0 ? [rows[i].Prefix] : [], rig.Upstream.Last.AllFolded("X-Forwarded-Prefix"));
        }
    }

    private static Task<ForwardingRig> WithTransformAsync(string transform) => ForwardingRig.WithFileAsync($$"""
        {
          "Routes": { "app": { "ClusterId": "app", "Match": { "Path": "/app/{**rest}" }, "Transforms": [ {{transform}} ] } },
          "Clusters": { "app": { "Destinations": { "one": { "Address": "UPSTREAM" } } } }
        }
        """);
}
