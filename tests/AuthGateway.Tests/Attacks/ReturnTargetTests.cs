using System.Text;
using CsCheck;

namespace AuthGateway.Tests.Attacks;

/// <summary>Whatever is asked for, a login ends on our own origin as a browser reads the answer.</summary>
public sealed class ReturnTargetTests(AttackRig rig) : IClassFixture<AttackRig>
{
    private static readonly Gen<string> Values =
        Pick.From("/", "\\", "//", "evil.example.test", "https:", "http:", "@", "%2f", "%5c", "%09", "\t", "\r", "\n", " ", ".", "..", "?", "#", "x", ";", "javascript:", "%0d%0a", "%00", "\u0001", "é").Array[1, 6].Select(string.Concat);

    public static TheoryData<string> Ids => [.. AttackCase.ReturnTargets.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Login_with_a_hostile_return_target_stays_at_home(string id) =>
        await StaysAtHomeAsync(await rig.ExpandAsync(rig.InLine, AttackCase.ReturnTargets[id]));

    [Fact]
    public Task Login_stays_at_home_for_any_return_target() => Values.SampleAsync(StaysAtHomeAsync, iter: 40, threads: 1);

    private async Task StaysAtHomeAsync(string value)
    {
        var gateway = rig.InLine;
        var browser = gateway.NewBrowser();
        var start = await browser.GetAsync(gateway.PublicUrl + "/authservice/login?return_url=" + Uri.EscapeDataString(value));
        if (start.Status is 400 or 414 or 431)
        {
            return;
        }

        Assert.Equal(302, start.Status);
        Assert.StartsWith(gateway.Provider.Issuer + "/authorize?", start.Location, StringComparison.Ordinal);
        var callback = await browser.GetAsync(start.Location!);
        var end = await browser.GetAsync(callback.Location!);
        Assert.True(end.Status is 200 or 302 or 303, $"{value}: {end}");
        Assert.DoesNotContain(end.SetCookies, line => line.StartsWith("a=b", StringComparison.Ordinal));
        if (end.Location is { } location)
        {
            Assert.True(IsOurs(location, gateway.PublicUrl), $"{value} ended at {location}");
        }
    }

    /// <summary>WHATWG URL parsing as far as the origin goes: blanks at the ends and tabs and line ends anywhere vanish, a backslash is a slash.</summary>
    private static bool IsOurs(string location, string origin)
    {
        var text = new StringBuilder();
        foreach (var c in location.Trim([.. Enumerable.Range(0, 33).Select(value => (char)value)]))
        {
            text.Append(c is '\t' or '\r' or '\n' ? "" : c == '\\' ? "/" : c.ToString());
        }

        var seen = text.ToString();
        return (seen.StartsWith('/') && !seen.StartsWith("//", StringComparison.Ordinal)) || seen == origin || seen.StartsWith(origin + "/", StringComparison.Ordinal);
    }
}
