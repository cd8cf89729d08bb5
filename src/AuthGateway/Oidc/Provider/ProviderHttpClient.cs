using AuthGateway.Configuration;
using AuthGateway.Limits;
using AuthGateway.Outgoing;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// The HTTP client for all calls to the provider. It follows no redirects (a 307 would carry the
/// secret elsewhere), keeps no cookies, limits responses to 1 MiB and calls to 10 s
/// (<see cref="ResponseTimeoutHandler"/>), trusts <c>CA_BUNDLE</c> in addition to the system roots, uses the
/// operator's proxy and rejects ambiguous JSON (<see cref="StrictJsonHandler"/>).
/// </summary>
internal sealed class ProviderHttpClient : IDisposable
{
    /// <summary>The largest response in bytes: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    private readonly OutgoingClients _clients;

    /// <param name="provider">Its address and <c>PROVIDER_CALLS_MAX</c>.</param>
    /// <param name="authentication">Adds the client's credentials where they are required.</param>
    /// <param name="clients">Connect policy, trust and proxy.</param>
    /// <param name="availability">
    /// Is notified by every call whether the provider accepts connections.
    /// </param>
    /// <param name="limits">
    /// Is notified when <c>PROVIDER_CALLS_MAX</c> is reached; null outside a running gateway.
    /// </param>
    public ProviderHttpClient(
        ProviderOptions provider,
        ClientAuthentication authentication,
        OutgoingClients clients,
        ProviderAvailability availability,
        LimitReport? limits = null)
    {
        _clients = clients;
        authentication.InnerHandler = new StrictJsonHandler(MaxBytes) { InnerHandler = clients.CreateHandler() };
        var limit = new ResponseTimeoutHandler(
            availability, Describe, address => IsProvider(provider, authentication, address))
        {
            InnerHandler = authentication,
        };
        Client = new HttpClient(limit)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxBytes,
        };
        Client.DefaultRequestHeaders.UserAgent.ParseAdd("auth-gateway");
        Visitors = new VisitorCallLimiter(provider.MaxVisitorCalls, () => limits?.Reached(LimitTable.ProviderCalls))
        {
            InnerHandler = limit,
        };
        VisitorClient = new HttpClient(Visitors, disposeHandler: false)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxBytes,
        };
        VisitorClient.DefaultRequestHeaders.UserAgent.ParseAdd("auth-gateway");
    }

    /// <summary>The client for refreshes of sessions and the provider's metadata.</summary>
    public HttpClient Client { get; }

    /// <summary>
    /// The client for calls that visitors without a session cause: those of a login, limited by
    /// <see cref="Visitors"/>.
    /// </summary>
    public HttpClient VisitorClient { get; }

    /// <summary>Limits the calls of <see cref="VisitorClient"/>.</summary>
    public VisitorCallLimiter Visitors { get; }

    /// <summary>
    /// Describes why a call to <paramref name="server"/> failed: the remainder of a sentence about
    /// it, with the next step.
    /// </summary>
    public string Describe(Exception failure, Uri? server) =>
        OutgoingFailure.Describe(failure, server is null ? null : _clients.ProxyFor(server));

    public void Dispose()
    {
        VisitorClient.Dispose();
        Client.Dispose();
    }

    // The availability of a revocation or introspection endpoint on another host does not affect
    // logins.
    private static bool IsProvider(ProviderOptions provider, ClientAuthentication authentication, Uri? address) =>
        address is not null
        && (address.Authority == provider.DiscoveryAddress.Authority
            || (authentication.Endpoints is { Addresses: [var token, ..] } && address.Authority == token.Authority));
}
