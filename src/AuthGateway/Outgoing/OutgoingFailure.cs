using System.Net.Sockets;
using System.Security.Authentication;

namespace AuthGateway.Outgoing;

/// <summary>
/// Describes why a call to another server failed, as the rest of a sentence with the next step.
/// Never contains an exception's type or a secret.
/// </summary>
internal static class OutgoingFailure
{
    /// <summary>True for exceptions that an outgoing call is expected to fail with.</summary>
    public static bool Is(Exception e) =>
        e is HttpRequestException or IOException or OperationCanceledException or TimeoutException or SocketException
            or AuthenticationException;

    /// <summary>
    /// True when no connection was made: refused, no route, unknown name, failed TLS.
    /// </summary>
    public static bool IsConnectFailure(Exception e) =>
        e is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
        }
        || Cause<ConnectFailedException>(e) is not null || Cause<AuthenticationException>(e) is not null;

    /// <summary>True when a connection was made and its TLS handshake failed.</summary>
    public static bool IsTls(Exception e) =>
        Cause<AuthenticationException>(e) is not null
            || e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };

    /// <param name="e">The exception of the call.</param>
    /// <param name="proxy">The proxy of the call, if any.</param>
    public static string Describe(Exception e, Uri? proxy = null)
    {
        if (Cause<ConnectFailedException>(e) is { } connect)
        {
            return IsAt(connect, proxy)
                ? $"cannot be reached through the proxy {Shown(proxy)} (HTTPS_PROXY): {connect.Message}; correct "
                    + "HTTPS_PROXY, or name the server in NO_PROXY"
                : $"cannot be reached: {connect.Message}";
        }

        if (Cause<CertificateRefusedException>(e) is { } certificate)
        {
            return $"cannot be trusted: {certificate.Message}";
        }

        if (e is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError })
        {
            return $"cannot be reached: the proxy {Shown(proxy)} (HTTPS_PROXY) refused the connection "
                + $"({ProxyStatus(e)}); allow the server there, or name it in NO_PROXY";
        }

        return IsNoTls(e)
            ? "does not speak TLS on this port; write http:// if that is meant, or name the port that speaks TLS"
            : DescribeAnswer(e);
    }

    private static string DescribeAnswer(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"ended the TLS handshake ({Last(e)}); look at the server's TLS versions and client certificates",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } =>
            "does not answer in HTTP; if that port speaks TLS, write https://",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }
            or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } =>
            "closed the connection before its answer was complete",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }
            or HttpIOException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            "sent an answer that is too long",
        HttpRequestException { StatusCode: { } status } => $"answered {(int)status}",
        _ when e is OperationCanceledException or TimeoutException || Cause<TimeoutException>(e) is not null =>
            "took the request and did not answer in time",
        HttpRequestException { InnerException: null } => Sentence(e.Message),
        _ => $"broke off the connection ({Last(e)})",
    };

    private static T? Cause<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }

    // Only the texts of OpenSSL and SslStream show that the peer's first bytes are no TLS record.
    private static bool IsNoTls(Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner.Message.Contains("corrupted frame", StringComparison.OrdinalIgnoreCase)
                || inner.Message.Contains("wrong version number", StringComparison.OrdinalIgnoreCase)
                || inner.Message.Contains("packet length too long", StringComparison.OrdinalIgnoreCase)
                || inner.Message.Contains("http request", StringComparison.OrdinalIgnoreCase))
            {
                return Cause<AuthenticationException>(e) is not null;
            }
        }

        return false;
    }

    private static bool IsAt(ConnectFailedException connect, Uri? proxy) =>
        proxy is not null
            && connect.Port == proxy.Port
            && connect.Host.Equals(proxy.IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);

    private static string Shown(Uri? proxy) => proxy is null ? "" : $"{proxy.Scheme}://{proxy.Authority}";

    private static string ProxyStatus(Exception e)
    {
        var digits = e.Message.Split('\'').FirstOrDefault(piece => piece.Length == 3 && piece.All(char.IsAsciiDigit));
        return digits is null ? "no status" : $"status {digits}";
    }

    private static string Last(Exception e)
    {
        var last = e;
        while (last.InnerException is { } inner)
        {
            last = inner;
        }

        return last is SocketException socket ? socket.SocketErrorCode.ToString() : Sentence(last.Message);
    }

    private static string Sentence(string message) =>
        new([.. message.Take(200).Select(c => char.IsControl(c) ? ' ' : c)]);
}
