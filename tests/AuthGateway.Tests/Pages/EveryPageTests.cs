using System.Reflection;
using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Endpoints.Account;
using AuthGateway.Oidc.Login;
using AuthGateway.Pages;
using AuthGateway.Pipeline;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.Pages;

/// <summary>Every page that the gateway can show leads on: it has a link, a form, or moves on by itself.</summary>
public sealed class EveryPageTests
{
    private static readonly Type[] Places = [typeof(LoginPages), typeof(RefusalPages), typeof(SitePages), typeof(MySessionsPage)];

    [Fact]
    public void Every_page_that_is_made_anywhere_has_a_next_step()
    {
        var pages = Places.SelectMany(PagesOf).Concat(LoginFailure.All.Select(failure => (failure.Code, Page: LoginPages.Failed(failure, null, "/authservice/login", "00000000")))).ToList();

        Assert.True(pages.Count > 40, $"{pages.Count} pages");
        Assert.All(pages, page => Assert.True(page.Page.Links.Count > 0 || page.Page.HasForms || page.Page.ForwardTo is not null || page.Page.Script is not null, page.Code));
        Assert.All(pages, page => Assert.True(page.Page.Title.Length > 0, page.Code));
    }

    [Fact]
    public void No_other_place_makes_pages()
    {
        var makers = typeof(PageContent).Assembly.GetTypes()
            .Where(type => type.GetMembers(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Any(member => member is MethodInfo { Name: not "TakePage" } method && method.ReturnType == typeof(PageContent) && !method.IsSpecialName || member is PropertyInfo property && property.PropertyType == typeof(PageContent)))
            .Except([typeof(PageContent)]);

        Assert.Equal(Places.OrderBy(type => type.Name), makers.OrderBy(type => type.Name));
    }

    [Theory]
    [InlineData("/authservice/nothing-here", 404)]
    [InlineData("/authservice/logout", 200)]
    [InlineData("/authservice/logged-in", 200)]
    [InlineData("/authservice/site/homepage", 200)]
    [InlineData("/authservice/site/after_logout", 200)]
    [InlineData("/authservice/oidc/callback?code=x", 400)]
    [InlineData("/authservice/login?iss=https%3A%2F%2Fx.example.test", 400)]
    public async Task Person_without_a_session_gets_a_page_with_a_link_and_never_json(string path, int status)
    {
        await using var rig = await GatewayRig.StartAsync();

        var answer = await rig.NewBrowser().GetAsync(rig.PublicUrl + path);

        Assert.Equal((status, "text/html; charset=utf-8"), (answer.Status, answer.Header("Content-Type")));
        Assert.Contains("href=\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_that_is_sent_without_a_session_gets_a_page()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = rig.NewBrowser();

        var answer = await browser.SendAsync("POST", rig.PublicUrl + "/app/save", [.. browser.NavigationHeaders, new("Content-Type", "application/x-www-form-urlencoded")], "a=1");

        Assert.Equal((401, "text/html; charset=utf-8"), (answer.Status, answer.Header("Content-Type")));
        Assert.Contains("/authservice/login", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Application_that_does_not_answer_is_a_page_with_a_retry()
    {
        // Nobody listens at the discard port (RFC 863).
        await using var rig = await GatewayRig.StartAsync(settings: new Dictionary<string, string> { ["UPSTREAM_URL"] = "http://127.0.0.1:9" });
        var browser = await rig.LogInWithoutUpstreamAsync();

        var answer = await browser.GetAsync(rig.PublicUrl + "/lab?x=1");

        Assert.Equal(502, answer.Status);
        Assert.Contains("href=\"/lab?x=1\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_that_is_not_ready_is_a_page_with_a_retry()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Faults["discovery"] = Fault.Answer(503, "");
        await using var rig = await GatewayRig.StartAsync(provider: provider, waitUntilReady: false);

        var answer = await rig.NewBrowser().GetAsync(rig.PublicUrl + "/lab?x=1");

        Assert.Equal(503, answer.Status);
        Assert.Contains("href=\"/lab?x=1\"", answer.Text, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Code, PageContent Page)> PagesOf(Type place)
    {
        var target = place.IsAbstract && place.IsSealed ? null : new MySessionsPage("/authservice/", what => "/authservice/?end=" + what);
        foreach (var property in place.GetProperties(BindingFlags.Static | BindingFlags.Public).Where(property => property.PropertyType == typeof(PageContent)))
        {
            yield return ($"{place.Name}.{property.Name}", (PageContent)property.GetValue(null)!);
        }

        foreach (var method in place.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public).Where(method => method.ReturnType == typeof(PageContent) && !method.IsSpecialName))
        {
            yield return ($"{place.Name}.{method.Name}", (PageContent)method.Invoke(method.IsStatic ? null : target, [.. method.GetParameters().Select(parameter => Sample(parameter.ParameterType))])!);
        }
    }

    private static object? Sample(Type type) => type switch
    {
        _ when type == typeof(string) => "/authservice/x",
        _ when type == typeof(bool) => false,
        _ when type == typeof(LoginFailure) => LoginFailure.ForeignState,
        _ when type == typeof(AccessDecision.Forbidden) => new AccessDecision.Forbidden(null, "reason"),
        _ when type == typeof(PageLink) => new PageLink("Next", "/"),
        _ when type == typeof(AuthGateway.Configuration.UrlOptions) => TestUrls,
        _ when type == typeof(IReadOnlyList<PageForm>) => (PageForm[])[new PageForm("Go", "/authservice/x")],
        _ when type == typeof(IReadOnlyList<string>) => Array.Empty<string>(),
        _ when type == typeof(IReadOnlyList<AuthGateway.Sessions.Store.SessionSummary>) => Array.Empty<AuthGateway.Sessions.Store.SessionSummary>(),
        _ when type == typeof(AuthGateway.Sessions.Session) => TestSession,
        _ => null,
    };

    private static AuthGateway.Configuration.UrlOptions TestUrls => new() { Prefix = "/authservice/", RedirectUri = "/authservice/oidc/callback", CallbackPath = "/authservice/oidc/callback", AfterLogoutUrl = "/", HomepageUrl = "/authservice/site/homepage", VerifyPath = "/authservice/verify" };

    private static AuthGateway.Sessions.Session TestSession => new()
    {
        Hash = default,
        CreatedAt = DateTimeOffset.UnixEpoch,
        ExpiresAt = DateTimeOffset.UnixEpoch,
        LastUsedAt = DateTimeOffset.UnixEpoch,
        Content = new() { Identity = new() { UserId = "ann", RawUserId = "ann" }, Version = 1, EndsAt = DateTimeOffset.UnixEpoch, RefreshDueAt = DateTimeOffset.MaxValue, UnconfirmedAfter = DateTimeOffset.MaxValue },
    };
}
