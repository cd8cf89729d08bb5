using Microsoft.Data.Sqlite;

namespace AuthGateway.Quickstart.Provider;

/// <summary>
/// A development OpenID Provider on 127.0.0.1, plain http, everything in memory: code flow with PKCE, RS256, refresh tokens,
/// userinfo, end-session, back-channel logout. For laptops and tests; its passwords are public.
/// </summary>
internal sealed class DevProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SqliteConnection _database;

    private DevProvider(WebApplication app, SqliteConnection database, Uri issuer)
    {
        _app = app;
        _database = database;
        Issuer = issuer.AbsoluteUri;
    }

    /// <summary>The issuer as it stands in metadata and tokens: <c>http://127.0.0.1:port/</c>, with the slash.</summary>
    public string Issuer { get; }

    /// <summary>The people; may be changed while the provider runs.</summary>
    public UserDirectory Users => _app.Services.GetRequiredService<UserDirectory>();

    /// <summary>Listens and returns when requests are answered; a port that is taken is an <see cref="IOException"/>.</summary>
    public static async Task<DevProvider> StartAsync(DevProviderOptions options, CancellationToken cancellationToken = default)
    {
        // The issuer stands in the settings of OpenIddict, so the port is chosen before the server is built.
        var port = options.Port == 0 ? FreePort.Find() : options.Port;
        var issuer = new Uri($"http://127.0.0.1:{port}/");
        var database = new SqliteConnection("Data Source=:memory:");
        var app = LoopbackHost.Build(port, services => services.AddDevProvider(options, issuer, database));
        Map(app);
        var provider = new DevProvider(app, database, issuer);
        try
        {
            await provider.OpenAsync(options, cancellationToken);
            return provider;
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    public Task AddClientAsync(DevClient client, CancellationToken cancellationToken = default) =>
        _app.Services.GetRequiredService<ClientRegistry>().AddAsync(client, cancellationToken);

    /// <summary>Ends all sessions of a person, as an administrator would, and tells the clients by logout token.</summary>
    public async Task EndSessionsAsync(string subject)
    {
        var sessions = _app.Services.GetRequiredService<ProviderSessions>();
        var logoutTokens = _app.Services.GetRequiredService<LogoutTokens>();
        foreach (var session in sessions.OfSubject(subject))
        {
            sessions.End(session);
            await logoutTokens.SendAsync(session);
        }
    }

    /// <summary>How many browsers are logged in as this person.</summary>
    public int CountSessions(string subject) => _app.Services.GetRequiredService<ProviderSessions>().OfSubject(subject).Count;

    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task OpenAsync(DevProviderOptions options, CancellationToken cancellationToken)
    {
        await _database.OpenAsync(cancellationToken);
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<ProviderDatabase>().Database.EnsureCreatedAsync(cancellationToken);
        }

        foreach (var client in options.Clients)
        {
            await AddClientAsync(client, cancellationToken);
        }

        await _app.StartAsync(cancellationToken);
    }

    private static void Map(WebApplication app)
    {
        var services = app.Services;
        var turns = services.GetRequiredService<OneAtATime>();
        app.Use(next => context => turns.HandleAsync(context, next));
        app.UseAuthentication();
        var authorization = ActivatorUtilities.CreateInstance<AuthorizationEndpoint>(services);
        var token = ActivatorUtilities.CreateInstance<TokenEndpoint>(services);
        var userInfo = ActivatorUtilities.CreateInstance<UserInfoEndpoint>(services);
        var endSession = ActivatorUtilities.CreateInstance<EndSessionEndpoint>(services);
        var login = ActivatorUtilities.CreateInstance<LoginEndpoint>(services);
        var sessions = ActivatorUtilities.CreateInstance<SessionsEndpoint>(services);
        app.MapGet(ProviderPaths.Sessions, sessions.Show);
        app.MapPost(ProviderPaths.Sessions, (Delegate)sessions.EndAsync);
        app.MapMethods(ProviderPaths.Authorization, ["GET", "POST"], authorization.Handle);
        app.MapPost(ProviderPaths.Token, (Delegate)token.HandleAsync);
        app.MapMethods(ProviderPaths.UserInfo, ["GET", "POST"], (Delegate)userInfo.HandleAsync);
        app.MapMethods(ProviderPaths.EndSession, ["GET", "POST"], (Delegate)endSession.HandleAsync);
        app.MapGet(ProviderPaths.Login, login.Show);
        app.MapPost(ProviderPaths.Login, (Delegate)login.HandleAsync);
        app.MapGet("/", login.Show);
        app.MapGet(ProviderPaths.LoggedOut, ProviderPages.LoggedOut);
    }
}
