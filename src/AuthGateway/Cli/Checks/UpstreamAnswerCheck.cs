using System.Net;
using AuthGateway.Configuration;
using AuthGateway.Outgoing;

namespace AuthGateway.Cli.Checks;

/// <summary>Whether what takes the connection answers as the gateway will ask it: TLS where the address says https, HTTP, the <c>Host</c> that goes upstream. 5 s a request.</summary>
internal sealed class UpstreamAnswerCheck(string setting, Connector connector, bool acceptsAnyCertificate = false)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="address">An address that takes connections.</param>
    /// <param name="host">The <c>Host</c> to send; null for the address's own.</param>
    public async Task<CheckFinding?> LookAsync(Uri address, string? host, CancellationToken cancellationToken)
    {
        try
        {
            var status = await AskAsync(address, host, cancellationToken);
            return host is not null && IsRefusal(status) && !IsRefusal(await AskAsync(address, null, cancellationToken))
                ? new(CheckArea.Upstream, $"{setting}: {address.Authority} answers {(int)status} to Host {host}, and not to its own.", "Set UPSTREAM_HOST=upstream, or let the application accept the public host.")
                : null;
        }
        catch (HttpRequestException e) when (address.Scheme == Uri.UriSchemeHttps)
        {
            return NoTls(address, OutgoingFailure.Describe(e));
        }
        catch (OperationCanceledException) when (address.Scheme == Uri.UriSchemeHttps && !cancellationToken.IsCancellationRequested)
        {
            return NoTls(address, "no answer within 5 s");
        }
        catch (HttpRequestException e)
        {
            return new(CheckArea.Upstream, $"{setting}: {address.Authority} takes connections and gives no HTTP answer: {OutgoingFailure.Describe(e)}", $"Look whether it is an HTTP server; if it has TLS, write https:// in {setting}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(CheckArea.Upstream, $"{setting}: {address.Authority} takes connections and does not answer within 5 s.", "Look whether the application is up, and whether it is an HTTP server.");
        }
    }

    /// <summary>The host that the upstream of <c>UPSTREAM_URL</c> will be asked for; null when that is its own or not known.</summary>
    public static string? HostOf(GatewayOptions options) => options.Server.UpstreamHost
        ?? (options.Urls.PublicOrigin is { } origin ? new Uri(origin).Authority : null);

    private CheckFinding NoTls(Uri address, string why) => new(
        CheckArea.Upstream,
        $"{setting}: {address.Authority} cannot be spoken to over TLS: {why}",
        "Write http:// if it has no TLS; else give it a certificate that is trusted here (SSL_CERT_FILE) for the name in the address.");

    // What applications say to a name that is not theirs.
    private static bool IsRefusal(HttpStatusCode status) => status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.MisdirectedRequest;

    private async Task<HttpStatusCode> AskAsync(Uri address, string? host, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectCallback = connector.Callback(Patience) };
        if (acceptsAnyCertificate)
        {
#pragma warning disable CA5359 // The operator's own DangerousAcceptAnyServerCertificate.
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        using var client = new HttpMessageInvoker(handler, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = address.Scheme == "https" ? HttpVersion.Version20 : HttpVersion.Version11 };
        request.Headers.Host = host;
        request.Headers.UserAgent.ParseAdd("auth-gateway-check");
        using var answer = await client.SendAsync(request, limit.Token);
        return answer.StatusCode;
    }
}
