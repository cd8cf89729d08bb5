using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;
using AuthGateway.Testing.Stores;
using Microsoft.Data.Sqlite;

namespace AuthGateway.Tests.Login;

/// <summary>A login in a browser that has a session: the old one ends when the new one is stored, not before, and never the other way round.</summary>
public sealed class LoginAgainTests
{
    [Fact]
    public async Task Completed_login_ends_the_old_session_and_not_the_new_one()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();
        var old = rig.SessionOf(browser);

        await LogInAgainAsync(rig, browser);

        Assert.Equal((401, 200), (await AskAsync(rig, old), await AskAsync(rig, rig.SessionOf(browser))));
        Assert.Equal(1, rig.StoredRows());
    }

    [Fact]
    public async Task Login_that_the_store_does_not_take_keeps_the_old_session()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();
        var old = rig.SessionOf(browser);
        using (var other = StoreFile.Open(rig.StorePath))
        {
            StoreFile.Execute(other, "BEGIN IMMEDIATE");
            Assert.Equal((503, "store_unavailable"), await LogInAgainAsync(rig, browser));
            Assert.Equal(200, await AskAsync(rig, old));
        }

        Assert.Equal(old, rig.SessionOf(browser));
        await rig.RestartAsync();
        Assert.Equal(200, await AskAsync(rig, old));
        Assert.Equal(1, rig.StoredRows());
    }

    [Fact]
    public async Task Old_session_that_the_store_cannot_end_is_dead_here_told_later_and_fails_no_login()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();
        var old = rig.SessionOf(browser);
        using (var other = StoreFile.Open(rig.StorePath))
        {
            StoreFile.Execute(other, "CREATE TRIGGER keep BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'not now'); END");
            Assert.Equal(200, (await LogInAgainAsync(rig, browser)).Status);
            Assert.Equal((401, 200), (await AskAsync(rig, old), await AskAsync(rig, rig.SessionOf(browser))));
            Assert.Equal(2, rig.StoredRows());
            StoreFile.Execute(other, "DROP TRIGGER keep");
        }

        await Deadline.UntilAsync(() => rig.StoredRows() == 1, () => "the store is told\n" + rig.Log.Text);
        Assert.Equal(200, await AskAsync(rig, rig.SessionOf(browser)));
    }

    [Fact]
    public async Task Login_that_an_early_logout_notice_undoes_keeps_the_old_session()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();
        var old = rig.SessionOf(browser);
        rig.Provider.EditIdToken = (_, claims) => claims["sid"] = "sid-new";
        var notice = new LogoutNotice
        {
            Issuer = rig.Provider.Issuer,
            ProviderSessionId = "sid-new",
            TokenId = "early",
            IssuedAt = DateTimeOffset.UtcNow.AddMinutes(1),
            RememberUntil = DateTimeOffset.UtcNow.AddMinutes(10),
        };
        await rig.Server.Services.GetRequiredService<SessionLifecycle>().EndByProviderAsync(notice, TestContext.Current.CancellationToken);

        Assert.Equal((400, "ended_meanwhile"), await LogInAgainAsync(rig, browser));

        Assert.Equal(old, rig.SessionOf(browser));
        Assert.Equal(200, await AskAsync(rig, old));
    }

    [Fact]
    public async Task Session_that_is_replaced_is_not_counted_against_the_users_limit()
    {
        await using var rig = await GatewayRig.StartAsync();
        var browser = await rig.LogInAsync();
        var store = rig.SharedServices.GetRequiredService<ISessionStore>();
        var rows = Enumerable.Range(0, SessionLimits.PerUser - 1).Select(_ => Rows.New() with { Issuer = rig.Provider.Issuer, LastUsedAt = DateTimeOffset.UtcNow.AddMinutes(-1) }).ToList();
        await Task.WhenAll(rows.Select(row => store.InsertAsync(row, TestContext.Current.CancellationToken)));

        await LogInAgainAsync(rig, browser);

        Assert.Equal(rows.Count, (await store.FindLiveAsync([.. rows.Select(row => row.Hash)], TestContext.Current.CancellationToken)).Count);
        Assert.Equal(SessionLimits.PerUser, rig.StoredRows());
    }

    private static async Task<(int Status, string? Error)> LogInAgainAsync(GatewayRig rig, Browser browser)
    {
        var (answer, _) = await browser.VisitAsync(rig.PublicUrl + "/authservice/login");
        return (answer.Status, answer.ErrorCode);
    }

    private static async Task<int> AskAsync(GatewayRig rig, string session) =>
        (await rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session)).Status;
}
