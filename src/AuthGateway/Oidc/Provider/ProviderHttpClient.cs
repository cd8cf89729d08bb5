using AuthGateway.Configuration;
using AuthGateway.Limits;
using AuthGateway.Outgoing;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// The one HTTP client to the provider: no redirects (a 307 would carry the secret elsewhere), no cookies, 1 MiB, 10 s in all (<see cref="AnswerLimit"/>),
/// <c>CA_BUNDLE</c> beside the system roots, the operator's proxy; no JSON that two readers could read differently.
/// </summary>
internal sealed class ProviderHttpClient : IDisposable
{
    /// <summary>Largest answer of the provider, bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private readonly OutgoingClients _clients;

    /// <param name="provider">Its address and <c>PROVIDER_CALLS_MAX</c>.</param>
    /// <param name="authentication">Adds the client's secret where it belongs.</param>
    /// <param name="clients">Connect policy, trust and proxy.</param>
    /// <param name="availability">Learns from every call whether the provider takes connections.</param>
    /// <param name="limits">Told when <c>PROVIDER_CALLS_MAX</c> was reached; null outside of a running gateway.</param>
    public ProviderHttpClient(ProviderOptions provider, ClientAuthentication authentication, OutgoingClients clients, ProviderAvailability availability, LimitReport? limits = null)
    {
        _clients = clients;
        authentication.InnerHandler = new StrictJsonHandler(MaxBytes) { InnerHandler = clients.CreateHandler() };
        var limit = new AnswerLimit(availability, Describe, address => IsProvider(provider, authentication, address)) { InnerHandler = authentication };
        Client = new HttpClient(limit)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxBytes,
        };
        Client.DefaultRequestHeaders.UserAgent.ParseAdd("auth-gateway");
        Visitors = new CallBudget(provider.MaxVisitorCalls, () => limits?.Reached(LimitTable.ProviderCalls)) { InnerHandler = limit };
        VisitorClient = new HttpClient(Visitors, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxBytes };
        VisitorClient.DefaultRequestHeaders.UserAgent.ParseAdd("auth-gateway");
    }

    /// <summary>For refreshes of live sessions and the provider's metadata.</summary>
    public HttpClient Client { get; }

    /// <summary>The same for what somebody without a session causes: a login's calls, within <see cref="Visitors"/>.</summary>
    public HttpClient VisitorClient { get; }

    public CallBudget Visitors { get; }

    /// <summary>Why a call to <paramref name="server"/> failed: the rest of a sentence about it, with the next step.</summary>
    public string Describe(Exception failure, Uri? server) => OutgoingFailure.Describe(failure, server is null ? null : _clients.ProxyFor(server));

    public void Dispose()
    {
        VisitorClient.Dispose();
        Client.Dispose();
    }

    // A revocation or introspection endpoint somewhere else says nothing about logins.
    private static bool IsProvider(ProviderOptions provider, ClientAuthentication authentication, Uri? address) =>
        address is not null && (address.Authority == provider.DiscoveryAddress.Authority || (authentication.Endpoints is { Addresses: [var token, ..] } && address.Authority == token.Authority));
}
