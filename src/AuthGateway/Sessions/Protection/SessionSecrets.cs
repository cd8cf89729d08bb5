using System.Security.Cryptography;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Protection;

/// <summary>
/// What seals: <c>SESSION_SECRET</c> candidates, newest first. Without the setting a random one kept beside the SQLite file, and on Redis, where no file
/// is shared, one derived from the client secret. Everything sealed is bound to <see cref="Registration"/> besides.
/// </summary>
internal sealed class SessionSecrets(GatewayOptions options, TimeProvider time)
{
    private readonly KeptSecret _kept = new(options.Session.StorePath);

    public string Newest => Candidates[0];

    /// <summary>Issuer and client id in one short text: what another registration sealed does not open here, whatever the secret.</summary>
    public string Registration { get; } = Convert.ToHexStringLower(OnceId.Of(options.Provider.Issuer, options.Provider.ClientId).ToArray());

    /// <exception cref="StoreUnavailableException">The kept secret can neither be read nor made.</exception>
    public IReadOnlyList<string> Candidates
    {
        get
        {
            var configured = options.Session.Secrets.Current;
            return configured.Count > 0 ? configured : options.Session.Redis is null ? [_kept.Text] : FromClientSecrets();
        }
    }

    /// <summary>
    /// What may have sealed a session of an earlier release: the candidates, and for one <c>SESSION_MAX_AGE</c> after a secret was first kept the keys
    /// derived from the client secret. Such seals were not bound to a registration: the caller looks at that.
    /// </summary>
    public IReadOnlyList<string> Former => options.Session.Secrets.Current.Count == 0 && options.Session.Redis is null
        && time.GetUtcNow() < _kept.MadeAt + options.Session.MaxAge
            ? [.. Candidates, .. options.Provider.ClientSecrets.Current.Select(Derive)]
            : Candidates;

    private IReadOnlyList<string> FromClientSecrets() => options.Provider.ClientSecrets.Current is { Count: > 0 } secrets
        ? [.. secrets.Select(Derive)]
        : throw new StoreUnavailableException("SESSION_SECRET is not set, and there is no client secret to derive one from; set SESSION_SECRET, the same on all replicas.");

    private static string Derive(string clientSecret) => Convert.ToHexStringLower(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(clientSecret), 32, info: "authgateway/session-secret"u8.ToArray()));
}
