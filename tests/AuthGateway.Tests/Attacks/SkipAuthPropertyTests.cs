using System.Text;
using CsCheck;

namespace AuthGateway.Tests.Attacks;

/// <summary>Whatever was forwarded without a session lies below the public prefix however the app reads its path.</summary>
public sealed class SkipAuthPropertyTests(AttackRig rig) : IClassFixture<AttackRig>
{
    private static readonly Gen<string> Paths =
        Pick.From("/", "/", "/public", "/public/", "public", "protected", "..", "/..", ".", "%2e", "%2E%2e", "%2f", "%5c", "\\", ";", ";x=1", "%3b", "%252e", "%252f", "%25", "x", "//", "%c0%ae", "%ef%bc%8f", "%23", "%3f", "-admin", "PUBLIC")
            .Array[1, 7].Select(parts => "/" + string.Concat(parts).TrimStart('/'));

    [Fact]
    public Task Forwarded_without_a_session_stays_below_the_public_prefix_under_each_reading() => Paths.SampleAsync(IsSafeAsync, iter: 500, threads: 1);

    [Fact]
    public Task Forwarded_below_the_public_prefix_stays_there_too() => Paths.Select(path => "/public" + path).SampleAsync(IsSafeAsync, iter: 500, threads: 1);

    [Theory]
    [InlineData("/public", 200)]
    [InlineData("/public/", 200)]
    [InlineData("/public/a/b.css?x=../..", 200)]
    [InlineData("/publicx", 302)]
    [InlineData("/Public", 302)]
    [InlineData("/x/public", 302)]
    public async Task Public_is_the_entry_itself_and_what_lies_below(string target, int status) =>
        Assert.Equal(status, (await rig.InLine.SendAsync("GET", target)).Status);

    /// <summary>Two dots, or dots in front of a cut, once a reader has folded them (Unicode NFKC).</summary>
    [Theory]
    [InlineData("%ef%b8%b0")]
    [InlineData("%e2%80%a5")]
    [InlineData("..%cd%be")]
    [InlineData("..%ef%bc%9b")]
    [InlineData("..%ef%bc%9f")]
    [InlineData("%ef%bc%852e%ef%bc%852e")]
    public async Task Segment_that_folds_to_dots_is_not_public(string segment) =>
        Assert.Equal(302, (await rig.InLine.SendAsync("GET", $"/public/{segment}/app")).Status);

    private async Task IsSafeAsync(string path)
    {
        var before = rig.InLine.Upstream.Requests.Count;
        await rig.InLine.SendAsync("GET", path);
        foreach (var request in rig.InLine.Upstream.Requests.Skip(before))
        {
            Assert.Equal(path, request.Target);
            Assert.All(Readings(request.Target), reading => Assert.True(reading == "/public" || reading.StartsWith("/public/", StringComparison.Ordinal), $"{path} may be read as {reading}"));
        }
    }

    private static IEnumerable<string> Readings(string path)
    {
        for (var decodings = 0; decodings <= 2; decodings++)
        {
            foreach (var slash in new[] { path, path.Replace('\\', '/') })
            {
                yield return Resolve(slash, dropsParameters: false);
                yield return Resolve(slash, dropsParameters: true);
            }

            path = Encoding.Latin1.GetString(Encoding.Latin1.GetBytes(Uri.UnescapeDataString(path)));
        }
    }

    /// <summary>Dot segments resolved (RFC 3986 §5.2.4), empty segments merged, <c>;</c> parameters dropped on request.</summary>
    private static string Resolve(string path, bool dropsParameters)
    {
        var kept = new List<string>();
        foreach (var segment in path.Split('/').Select(segment => dropsParameters ? segment.Split(';')[0] : segment).Where(segment => segment is not ("" or ".")))
        {
            if (segment != "..")
            {
                kept.Add(segment);
            }
            else if (kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
        }

        return "/" + string.Join('/', kept);
    }
}
