namespace AuthGateway.Tests.Refusals;

/// <summary>G14: a download that goes on gets no page: <c>wget -c</c> would append it to the file.</summary>
public class DownloadTests
{
    [Theory]
    [InlineData("Range: bytes=100-|Accept: */*", 401)]
    [InlineData("Range: bytes=100-", 401)]
    [InlineData("Range: bytes=0-|Accept: text/html", 401)]
    [InlineData("Range: bytes=0-|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: video", 401)]
    [InlineData("Range: bytes=0-|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", 302)]
    [InlineData("Accept: */*", 302)]
    public async Task Range_without_a_visit_is_401(string lines, int status)
    {
        foreach (var door in new[] { GatewayMode.InLine, GatewayMode.ExtAuthz })
        {
            await using var rig = await GatewayRig.StartAsync(door);

            Assert.Equal((door, status), (door, (await rig.SendAsync("GET", "/file", lines.Split('|'))).Status));
        }
    }
}
