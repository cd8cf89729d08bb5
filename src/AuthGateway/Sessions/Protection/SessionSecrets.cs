using System.Security.Cryptography;
using System.Text;
using AuthGateway.Configuration;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Sessions.Protection;

/// <summary>The secrets that seal sessions: those of <c>SESSION_SECRET</c>, newest first.</summary>
/// <remarks>
/// Without the setting it is a random one kept beside the SQLite file. With Redis, where replicas
/// share no file, it is derived from the client secret. Sealed data is also bound to
/// <see cref="Registration"/>.
/// </remarks>
internal sealed class SessionSecrets(GatewayOptions options, TimeProvider time)
{
    private readonly KeptSecret _kept = new(options.Session.StorePath);

    public string Newest => Candidates[0];

    /// <summary>
    /// Digest of issuer and client id. Data sealed for another registration does not open here,
    /// even with the same secret.
    /// </summary>
    public string Registration { get; } = Convert.ToHexStringLower(
        OnceId.Of(options.Provider.Issuer, options.Provider.ClientId).ToArray());

    /// <exception cref="StoreUnavailableException">
    /// The kept secret can be neither read nor created.
    /// </exception>
    public IReadOnlyList<string> Candidates
    {
        get
        {
            var configured = options.Session.Secrets.Current;
            if (configured.Count > 0)
            {
                return configured;
            }

            return options.Session.Redis is null ? [_kept.Text] : FromClientSecrets();
        }
    }

    /// <summary>The secrets that may have sealed a session of an earlier release.</summary>
    /// <remarks>
    /// These are the current ones and, for one <c>SESSION_MAX_AGE</c> after a secret was first
    /// kept, those derived from the client secret. That encryption was not bound to a registration,
    /// so the caller checks the content.
    /// </remarks>
    public IReadOnlyList<string> Former => options.Session.Secrets.Current.Count == 0 && options.Session.Redis is null
        && time.GetUtcNow() < _kept.MadeAt + options.Session.MaxAge
            ? [.. Candidates, .. options.Provider.ClientSecrets.Current.Select(Derive)]
            : Candidates;

    /// <summary>Reads or creates the kept secret when it is the one that seals.</summary>
    /// <exception cref="StoreUnavailableException">It can be neither read nor created.</exception>
    public void CheckKept()
    {
        if (options.Session.Secrets.Current.Count == 0 && options.Session.Redis is null)
        {
            _ = _kept.Text;
        }
    }

    private IReadOnlyList<string> FromClientSecrets() =>
        options.Provider.ClientSecrets.Current is { Count: > 0 } secrets
        ? [.. secrets.Select(Derive)]
        : throw new StoreUnavailableException(
            "SESSION_SECRET is not set, and there is no client secret to derive one from; set SESSION_SECRET, the same on all replicas.");

    private static string Derive(string clientSecret) => Convert.ToHexStringLower(
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            Encoding.UTF8.GetBytes(clientSecret),
            32,
            info: "authgateway/session-secret"u8.ToArray()));
}
