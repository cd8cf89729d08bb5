using System.Net;
using System.Security.Authentication;
using AuthGateway.Outgoing;
using StackExchange.Redis;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// Describes a Redis error in one sentence for the operator, without passwords and keys.
/// </summary>
internal static class RedisErrors
{
    public static StoreUnavailableException Describe(ConfigurationOptions options, Exception e)
    {
        var where = string.Join(',', options.EndPoints.Select(Name));
        return new($"Redis at {where} (SESSION_STORE_REDIS…) {Reason(e)}{Tried(options, e)}", e)
        {
            RefusesWrites = IsAnswer(e, "OOM", "MISCONF", "READONLY", "NOREPLICAS"),
            IsFull = IsAnswer(e, "OOM", "MISCONF"),
        };
    }

    /// <summary>True when the ACL of Redis forbids the user something.</summary>
    public static bool IsNoPermission(Exception? e) => IsAnswer(e, RedisAnswer.NoPermission);

    private static string Tried(ConfigurationOptions options, Exception e) =>
        e is RedisConnectionException && options.Tunnel is RedisAddresses { LastFailure: { } tried }
            ? $" Last seen: {tried}."
            : "";

    /// <summary>True when Redis answered with one of these error codes.</summary>
    private static bool IsAnswer(Exception? e, params ReadOnlySpan<string> codes) => e switch
    {
        null => false,
        RedisServerException => codes.Contains(RedisAnswer.Code(e.Message)),
        _ => IsAnswer(e.InnerException, codes),
    };

    private static string Reason(Exception e) => e switch
    {
        // The client library reports a failed TLS handshake as an authentication failure too.
        RedisConnectionException when Refusal(e) is { } refusal => $"cannot be trusted: {refusal}.",
        RedisConnectionException when IsHandshake(e) =>
            "shows no certificate that is trusted here, or not for this name; add its authority to CA_BUNDLE, or correct the name or the certificate.",
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => Refused,
        RedisServerException server => Reason(server.Message),
        RedisConnectionException { InnerException: RedisServerException inner } => Reason(inner.Message),
        // A reconnect whose password is refused ends like this too.
        RedisConnectionException { FailureType: ConnectionFailureType.SocketClosed } =>
            "closes the connection (SocketClosed); start it, look whether it refuses the user or password (SESSION_STORE_REDIS_PWD), or correct the address and, for TLS, the certificate.",
        RedisConnectionException connection =>
            $"cannot be reached ({connection.FailureType}); start it, or correct the address and, for TLS, the certificate.",
        TimeoutException => "does not answer in time; look at its load, its disk and the network.",
        _ => $"cannot be used ({e.GetType().Name}); look at its log.",
    };

    private const string Refused = "refuses the user or password; correct SESSION_STORE_REDIS_PWD.";

    private static string Reason(string message) => RedisAnswer.Code(message) switch
    {
        "OOM" => "is out of memory and takes no new session; raise maxmemory or end old sessions.",
        "NOAUTH" or "WRONGPASS" => Refused,
        RedisAnswer.NoPermission =>
            $"lets this user not do what the store needs{RedisAnswer.MissingRight(message)}; allow its keys, its channel and scripts (ACL).",
        "READONLY" => "is a read-only replica; name the primary, or use Sentinel (serviceName=…).",
        "LOADING" => "is still loading its data; wait.",
        "NOREPLICAS" => "has too few replicas and refuses changes (min-replicas-to-write); repair them.",
        "MISCONF" => "cannot write its data to disk and refuses changes; free its disk.",
        "CLUSTERDOWN" or "MASTERDOWN" => "has lost its cluster or primary; wait for the failover or repair it.",
        var code => $"refuses a command ({new string([.. code.Where(char.IsAsciiLetterOrDigit)])}); look at its log.",
    };

    private static string? Refusal(Exception? e) =>
        e is null or CertificateRefusedException ? e?.Message : Refusal(e.InnerException);

    private static bool IsHandshake(Exception? e) =>
        e is not null
            && (e is AuthenticationException
                || e.Message.Contains($"({nameof(AuthenticationException)})", StringComparison.Ordinal)
                || IsHandshake(e.InnerException));

    private static string Name(EndPoint endpoint) =>
        endpoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : endpoint.ToString() ?? "";
}
