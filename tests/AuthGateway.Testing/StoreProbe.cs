using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Testing;

/// <summary>
/// Three sessions to try a faulty store with: one in memory, one that only the store knows, one that logs out. Whatever is refused takes no session
/// cookie away and reaches no upstream.
/// </summary>
internal sealed class StoreProbe
{
    private readonly GatewayRig _rig;

    private StoreProbe(GatewayRig rig) => _rig = rig;

    public required string Held { get; init; }

    public required string Stored { get; init; }

    public required string Leaving { get; init; }

    /// <param name="rig">A gateway whose store is well.</param>
    /// <param name="whileStopped">What befalls the store between the logins and the next start; then nothing is in memory.</param>
    public static async Task<StoreProbe> PrepareAsync(GatewayRig rig, Action? whileStopped = null)
    {
        var probe = new StoreProbe(rig)
        {
            Held = rig.SessionOf(await rig.LogInAsync()),
            Stored = rig.SessionOf(await rig.LogInAsync()),
            Leaving = rig.SessionOf(await rig.LogInAsync()),
        };
        if (whileStopped is null)
        {
            await rig.RestartAsync();
            Assert.Equal(200, await probe.RequestAsync(probe.Held));
            return probe;
        }

        await rig.StopServerAsync();
        whileStopped();
        await rig.StartAgainAsync(waitUntilReady: false);
        return probe;
    }

    public async Task<StoreAnswers> AskAsync() => new(await RequestAsync(Held), await RequestAsync(Stored), await LogInAsync(), await LogOutAsync());

    /// <summary>The logout that was acknowledged while the store could not be written is in the store now that it can.</summary>
    public async Task ExpectLogoutArrivesAsync()
    {
        Assert.True(SessionId.TryParse(Leaving, out var id));
        var store = _rig.SharedServices.GetRequiredService<ISessionStore>();
        await Deadline.UntilAsync(async () => await store.FindAsync(id!.Hash, CancellationToken.None) is null, () => "the logout is written\n" + _rig.Log.Text);
    }

    /// <summary>A script's request with that session; bounded, and without side effects when refused.</summary>
    public async Task<int> RequestAsync(string session)
    {
        var seen = _rig.Upstream.Requests.Count;
        var answer = await _rig.SendAsync("GET", "/app", "Accept: application/json", "Cookie: authservice_session=" + session).WaitAsync(TimeSpan.FromSeconds(12));
        Assert.Equal(answer.Status == 200 ? seen + 1 : seen, _rig.Upstream.Requests.Count);
        ExpectCookieKept(answer);
        return answer.Status;
    }

    public async Task<int> LogInAsync()
    {
        var (answer, _) = await _rig.NewBrowser().VisitAsync(_rig.PublicUrl + "/start").WaitAsync(TimeSpan.FromSeconds(12));
        ExpectCookieKept(answer);
        return answer.Status;
    }

    private async Task<int> LogOutAsync()
    {
        var answer = await _rig.SendAsync("POST", "/authservice/logout", "Authorization: Bearer " + Leaving, "Content-Length: 0").WaitAsync(TimeSpan.FromSeconds(12));
        if (answer.Status != 201)
        {
            ExpectCookieKept(answer);
        }

        return answer.Status;
    }

    private static void ExpectCookieKept(RawResponse answer)
    {
        if (answer.Status == 503)
        {
            Assert.DoesNotContain(answer.SetCookies, line => line.StartsWith("authservice_session", StringComparison.Ordinal));
        }
    }
}
