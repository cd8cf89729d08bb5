using System.Globalization;
using System.Text;

namespace AuthGateway.Tests.Forwarding;

/// <summary>
/// Under path transforms no byte of a path becomes a separator, a dot segment, a line end or a header upstream: private-use characters of a client are not those that
/// carry raw bytes through the transforms.
/// </summary>
public class PathMarkTests
{
    private const string Forged = "%EE%80%A0HTTP%EE%80%AF1.1%EE%80%8D%EE%80%8Akubeflow-userid:%EE%80%A0admin@x%EE%80%8D%EE%80%8AX:%EE%80%A0";
    private const string UpAndAcross = "%EE%80%AF..%EE%80%AF..%EE%80%AFadmin";

    /// <summary>Match and transform of the routes: <c>X-Route</c> chooses one by its place.</summary>
    private static readonly (string Match, string Transform)[] Routes =
    [
        ("/api/v{version}/{**rest}", "\"PathPattern\": \"/{version}/{**rest}\""),
        ("/api/v{version}/{**rest}", "\"PathPattern\": \"/x{version}y/{*rest}\""),
        ("/api/{a}-{b}/{**rest}", "\"PathPattern\": \"/{a}/{b}/{**rest}\""),
        ("/api/{a}-{b}/{**rest}", "\"PathPattern\": \"/{b}.{a}\""),
        ("/api/{x}/{**rest}", "\"PathPattern\": \"/{x}/in/{**rest}\""),
        ("/api/{**rest}", "\"PathPattern\": \"/{**rest}\""),
        ("/api/{**rest}", "\"PathSet\": \"/fixed\""),
        ("/api/{**rest}", "\"PathPrefix\": \"/v1\""),
        ("/api/{**rest}", "\"PathRemovePrefix\": \"/api\""),
        ("/api/v{version}/{**rest}", "\"PathRemovePrefix\": \"/api\""),
        ("/api/v{version}/{**rest}", "\"QueryRouteParameter\": \"v\", \"Set\": \"version\""),
        ("/api/v{version}/{**rest}", "\"RequestHeaderRouteValue\": \"X-Version\", \"Set\": \"version\""),
    ];

    /// <summary>Sent; what arrives, or nothing where the answer is 400.</summary>
    private static readonly (string Sent, string Arrives)[] Values =
    [
        ("/api/v1" + Forged + "/y", "/1" + Forged + "/y"),
        ("/api/v1" + UpAndAcross + "/y", "/1" + UpAndAcross + "/y"),
        ("/api/v1%ee%81%81/%ee%81%81", "/1%EE%81%81/%ee%81%81"),
        ("/api/v1%EE%82%80/y", "/1%EE%82%80/y"),
        ("/api/v1/y", "/1/y"),
        ("/api/v../y", ""),
        ("/api/v./y?a=1", ""),
        ("/api/v%2e%2e/y", ""),
    ];

    [Fact]
    public async Task Value_of_a_complex_segment_stays_what_it_was_or_is_400()
    {
        using var app = new HeadRecorder();
        await using var rig = await StartAsync(app, new() { ["SKIP_AUTH_URLS"] = "/api" });

        foreach (var (sent, arrives) in Values)
        {
            app.Heads.Clear();
            Assert.Equal((sent, arrives.Length > 0 ? 200 : 400), (sent, (await rig.Gateway.SendAsync("GET", sent, ["X-Route: 0"])).Status));
            Assert.Equal(arrives.Length > 0 ? [$"GET {arrives} HTTP/1.1"] : [], app.Heads.Select(head => head.Split("\r\n")[0]));
            Assert.All(app.Heads, head => Assert.DoesNotContain("\r\nkubeflow-userid:", head, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task Whatever_the_bytes_are_one_request_line_with_one_path_arrives_and_no_header_is_added()
    {
        using var app = new HeadRecorder();
        await using var rig = await StartAsync(app);
        var random = new Random(20261130);
        for (var route = 0; route < Routes.Length; route++)
        {
            app.Heads.Clear();
            Assert.Equal(200, (await rig.SendAsync("GET", "/api/v1-a/b", $"X-Route: {route}")).Status);
            var names = NamesOf(Assert.Single(app.Heads));
            var forwarded = 0;
            for (var i = 0; i < 100; i++)
            {
                app.Heads.Clear();
                var sent = $"/api/v{Text(random)}-{Text(random)}/{Text(random)}/{Text(random)}";
                var status = (await rig.SendAsync("GET", sent, $"X-Route: {route}")).Status;

                Assert.True(app.Heads.Count == (status == 200 ? 1 : 0), $"{Routes[route]}: {status}, {app.Heads.Count} requests: {sent}");
                Assert.All(app.Heads, head => ExpectOnePath(head, names));
                forwarded += app.Heads.Count;
            }

            Assert.True(forwarded > 25, $"{Routes[route]}: only {forwarded} were forwarded.");
        }
    }

    private static void ExpectOnePath(string head, HashSet<string> names)
    {
        Assert.Matches("^GET /[!-~]* HTTP/1\\.1\r\n", head);
        Assert.DoesNotContain('\n', head.Replace("\r\n", "", StringComparison.Ordinal));
        Assert.Subset(names, NamesOf(head));
        Assert.All(Readings(PathOf(head)), path => Assert.DoesNotContain(path.Split('/', '\\'), segment => segment is "." or ".."));
    }

    private static Task<ForwardingRig> StartAsync(HeadRecorder app, Dictionary<string, string>? settings = null) => ForwardingRig.WithFileAsync($$"""
        {
          "Routes": { {{string.Join(',', Routes.Select((route, i) => $$"""
            "r{{i}}": {
              "ClusterId": "app", "Transforms": [ { {{route.Transform}} } ],
              "Match": { "Path": "{{route.Match}}", "Headers": [ { "Name": "X-Route", "Values": [ "{{i}}" ] } ] }
            }
            """))}} },
          "Clusters": { "app": { "Destinations": { "one": { "Address": "{{app.Address}}" } } } }
        }
        """, settings);

    private static string PathOf(string head) => head.Split(' ')[1].Split('?')[0];

    // The path as readers see it that decode never, once, twice.
    private static IEnumerable<string> Readings(string path) => [path, Uri.UnescapeDataString(path), Uri.UnescapeDataString(Uri.UnescapeDataString(path))];

    private static HashSet<string> NamesOf(string head) => [.. head.Split("\r\n").Skip(1).Where(line => line.Length > 0).Select(line => line.Split(':')[0]).Append("X-Forwarded-Prefix")];

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(1, 6); left > 0; left--)
        {
            text.Append(random.Next(8) switch
            {
                0 => Encoded(random.Next(0xE000, 0xE080)),
                1 => Encoded(0xE000 + "\r\n /.\\%:"[random.Next(8)]),
                2 => Encoded(0xE000 + "\r\n /.\\%:"[random.Next(8)]).Replace("%", "%25", StringComparison.Ordinal),
                3 => Encoded(random.Next(1, 0x800)),
                4 => "%" + random.Next(1, 256).ToString("X2", CultureInfo.InvariantCulture),
                5 => "..",
                6 => Encoded('\r') + Encoded('\n') + "kubeflow-userid:x",
                _ => "a" + random.Next(10).ToString(CultureInfo.InvariantCulture),
            });
        }

        return text.ToString();
    }

    private static string Encoded(int code) => string.Concat(Encoding.UTF8.GetBytes([(char)code]).Select(value => $"%{value:X2}"));
}
