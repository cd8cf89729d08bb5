using System.Net.Sockets;
using System.Security.Authentication;

namespace AuthGateway.Outgoing;

/// <summary>Why a call to another server failed, as the rest of a sentence about it, with the next step; never a class of exception, never a secret.</summary>
internal static class OutgoingFailure
{
    /// <summary>True for what a call can fail with that is not a bug here.</summary>
    public static bool Is(Exception e) => e is HttpRequestException or IOException or OperationCanceledException or TimeoutException or SocketException or AuthenticationException;

    /// <summary>True when no connection was made at all: refused, no route, no name, no TLS.</summary>
    public static bool IsConnect(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError }
        || Cause<ConnectFailedException>(e) is not null || Cause<AuthenticationException>(e) is not null;

    /// <summary>True when a connection was made and TLS on it failed.</summary>
    public static bool IsTls(Exception e) => Cause<AuthenticationException>(e) is not null || e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };

    /// <param name="e">What was thrown.</param>
    /// <param name="proxy">The proxy that such calls go through, if any.</param>
    public static string Describe(Exception e, Uri? proxy = null)
    {
        if (Cause<ConnectFailedException>(e) is { } connect)
        {
            return IsAt(connect, proxy)
                ? $"cannot be reached through the proxy {Shown(proxy)} (HTTPS_PROXY): {connect.Message}; correct HTTPS_PROXY, or name the server in NO_PROXY"
                : $"cannot be reached: {connect.Message}";
        }

        if (Cause<CertificateRefusedException>(e) is { } certificate)
        {
            return $"cannot be trusted: {certificate.Message}";
        }

        if (e is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError })
        {
            return $"cannot be reached: the proxy {Shown(proxy)} (HTTPS_PROXY) refused the connection ({ProxyStatus(e)}); allow the server there, or name it in NO_PROXY";
        }

        return IsNoTls(e)
            ? "does not speak TLS on this port; write http:// if that is meant, or name the port that speaks TLS"
            : DescribeAnswer(e);
    }

    private static string DescribeAnswer(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"ended the TLS handshake ({Last(e)}); look at the server's TLS versions and client certificates",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "does not answer in HTTP; if that port speaks TLS, write https://",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "closed the connection before its answer was complete",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } or HttpIOException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "sent an answer that is too long",
        HttpRequestException { StatusCode: { } status } => $"answered {(int)status}",
        _ when e is OperationCanceledException or TimeoutException || Cause<TimeoutException>(e) is not null => "took the request and did not answer in time",
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

    // OpenSSL's and SslStream's texts are the only sign of a peer whose first bytes are no TLS record.
    private static bool IsNoTls(Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner.Message.Contains("corrupted frame", StringComparison.OrdinalIgnoreCase) || inner.Message.Contains("wrong version number", StringComparison.OrdinalIgnoreCase)
                || inner.Message.Contains("packet length too long", StringComparison.OrdinalIgnoreCase) || inner.Message.Contains("http request", StringComparison.OrdinalIgnoreCase))
            {
                return Cause<AuthenticationException>(e) is not null;
            }
        }

        return false;
    }

    private static bool IsAt(ConnectFailedException connect, Uri? proxy) =>
        proxy is not null && connect.Port == proxy.Port && connect.Host.Equals(proxy.IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);

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

    private static string Sentence(string message) => new([.. message.Take(200).Select(c => char.IsControl(c) ? ' ' : c)]);
}
