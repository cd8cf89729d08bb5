using System.Net;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Checks whether an upstream answers requests as the gateway sends them: TLS for https, HTTP, and
/// the forwarded <c>Host</c>. Timeout 5 s per request.
/// </summary>
internal sealed class UpstreamAnswerCheck(string setting, Connector connector, bool acceptsAnyCertificate = false)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <param name="address">An address that accepts connections.</param>
    /// <param name="host">The <c>Host</c> to send; null for that of the address.</param>
    public async Task<CheckFinding?> LookAsync(Uri address, string? host, CancellationToken cancellationToken)
    {
        try
        {
            var status = await SendAsync(address, host, cancellationToken);
            return host is not null
                && IsRefusal(status)
                && !IsRefusal(await SendAsync(address, null, cancellationToken))
                ? new(
                    CheckArea.Upstream,
                    $"{setting}: {address.Authority} answers {(int)status} to Host {host}, and not to its own.",
                    "Set UPSTREAM_HOST=upstream, or let the application accept the public host.")
                : null;
        }
        catch (HttpRequestException e) when (address.Scheme == Uri.UriSchemeHttps)
        {
            return NoTls(address, OutgoingFailure.Describe(e));
        }
        catch (OperationCanceledException) when (
            address.Scheme == Uri.UriSchemeHttps && !cancellationToken.IsCancellationRequested)
        {
            return NoTls(address, "no answer within 5 s");
        }
        catch (HttpRequestException e)
        {
            return new(
                CheckArea.Upstream,
                $"{setting}: {address.Authority} takes connections and gives no HTTP answer: "
                + $"{OutgoingFailure.Describe(e)}",
                $"Look whether it is an HTTP server; if it has TLS, write https:// in {setting}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(
                CheckArea.Upstream,
                $"{setting}: {address.Authority} takes connections and does not answer within 5 s.",
                "Look whether the application is up, and whether it is an HTTP server.");
        }
    }

    /// <summary>
    /// The <c>Host</c> that is sent to the upstream of <c>UPSTREAM_URL</c>; null when it is the
    /// upstream's own or unknown.
    /// </summary>
    public static string? HostOf(GatewayOptions options) => options.Server.UpstreamHost
        ?? (options.Urls.PublicOrigin is { } origin ? new Uri(origin).Authority : null);

    private CheckFinding NoTls(Uri address, string why) => new(
        CheckArea.Upstream,
        $"{setting}: {address.Authority} cannot be spoken to over TLS: {why}",
        "Write http:// if it has no TLS; else give it a certificate that is trusted here (SSL_CERT_FILE) for the "
            + "name in the address.");

    // Typical responses of applications to a foreign host name.
    private static bool IsRefusal(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.MisdirectedRequest;

    private async Task<HttpStatusCode> SendAsync(Uri address, string? host, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = connector.Callback(Timeout),
        };
        if (acceptsAnyCertificate)
        {
#pragma warning disable CA5359 // The operator's own DangerousAcceptAnyServerCertificate.
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        using var client = new HttpMessageInvoker(handler, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Version = address.Scheme == "https" ? HttpVersion.Version20 : HttpVersion.Version11,
        };
        request.Headers.Host = host;
        request.Headers.UserAgent.ParseAdd("auth-gateway-check");
        using var answer = await client.SendAsync(request, limit.Token);
        return answer.StatusCode;
    }
}
