using System.Collections.Concurrent;

namespace AuthGateway.Quickstart.Provider;

/// <summary>One browser's single sign-on session at the provider.</summary>
internal sealed class ProviderSession(string subject, DateTimeOffset authenticatedAt)
{
    private readonly ConcurrentDictionary<string, bool> _clients = new(StringComparer.Ordinal);
    private int _fresh = 1;

    /// <summary>The <c>sid</c> claim (OIDC Back-Channel Logout 1.0 §2.1); not the cookie's value.</summary>
    public string Sid { get; } = Guid.NewGuid().ToString("N");

    public string Subject { get; } = subject;

    public DateTimeOffset AuthenticatedAt { get; } = authenticatedAt;

    /// <summary>Clients that were given tokens of this session; they hear of its end.</summary>
    public ICollection<string> Clients => _clients.Keys;

    public void Join(string clientId) => _clients[clientId] = true;

    /// <summary>True once, for the first authorization request after the password: it satisfies <c>prompt=login</c>.</summary>
    public bool TakeFreshLogin() => Interlocked.Exchange(ref _fresh, 0) == 1;
}
