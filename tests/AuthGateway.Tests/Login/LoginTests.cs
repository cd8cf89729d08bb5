namespace AuthGateway.Tests.Login;

public class LoginTests
{
    [Fact]
    public async Task First_visit_ends_on_its_own_page_with_exactly_one_user_id()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();

        var (answer, url) = await browser.VisitAsync(rig.PublicUrl + "/notebooks/a%2Fb?x=1&y=%20");

        Assert.True(answer.Status == 200, answer + rig.Log.Text);
        Assert.Equal(rig.PublicUrl + "/notebooks/a%2Fb?x=1&y=%20", url);
        Assert.Equal("/notebooks/a%2Fb?x=1&y=%20", rig.Upstream.Last.Target);
        Assert.Equal(["alice@example.test"], rig.Upstream.Last.AllFolded("kubeflow-userid"));
        Assert.Equal(["staff,admins"], rig.Upstream.Last.AllFolded("kubeflow-groups"));
        Assert.Equal(["authservice_session"], browser.CookiesOf(GatewayRig.PublicHost).Keys.Where(name => !name.Contains("logins", StringComparison.Ordinal)));
    }
}
