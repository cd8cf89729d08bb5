using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuthGateway.Access;
using AuthGateway.Authentication;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Outgoing;
using AuthGateway.Pipeline;
using AuthGateway.Proxy.Routes;

namespace AuthGateway.Authorization;

/// <summary>
/// Asks <c>EXTERNAL_AUTHZ_URL</c>: one POST for each authenticated request, timeout 5 s,
/// <c>CA_BUNDLE</c>, no redirects. 2xx grants. 401 and 403 refuse with the response body as the
/// reason. Any other response, and no response, refuses too. The session is kept. User and password
/// in the URL are sent as Basic credentials.
/// </summary>
internal sealed class ExternalAuthorizer : IAuthorizer, IDisposable
{
    private const int MaxReason = 1000;
    private readonly Uri _address;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly HttpClient _client;
    private readonly OutgoingClients _clients;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public ExternalAuthorizer(
        AccessOptions access, OutgoingClients clients, TimeProvider time, ILogger<ExternalAuthorizer> logger)
    {
        var address = access.ExternalAuthzUrl ?? throw new InvalidOperationException("EXTERNAL_AUTHZ_URL is not set.");
        _address = new UriBuilder(address) { UserName = "", Password = "" }.Uri;
        _authorization = address.UserInfo.Length == 0
            ? null
            : new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        _client = new HttpClient(clients.CreateHandler()) { Timeout = TimeSpan.FromSeconds(5) };
        _clients = clients;
        _time = time;
        _logger = logger;
    }

    public async ValueTask<AccessDecision?> AuthorizeAsync(
        AccessRequest request, AuthenticationResult.Authenticated who)
    {
        var cancellationToken = request.Aborted;
        // An ambiguous path is refused without a request: the authorizer and the application could
        // read it differently.
        if (request.Target.IsAmbiguous)
        {
            return Refuse(who, DotSegments.Has(request.Target.Path)
                ? "The path has dot segments."
                : "The path can be read in two ways (an empty segment, a path parameter, an encoded separator), "
                    + "and the external authorizer would be asked about one of them.");
        }

        using var message = new HttpRequestMessage(HttpMethod.Post, _address);
        message.Headers.Authorization = _authorization;
        message.Content = new ByteArrayContent(
            JsonSerializer.SerializeToUtf8Bytes(Question(request, who), ExternalJson.Default.ExternalRequest));
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = await _client.SendAsync(
                message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return null;
            }

            return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? Refuse(who, await ReasonAsync(response, cancellationToken))
                : Fail(who, $"it answered {(int)response.StatusCode}");
        }
        catch (Exception e) when ((e is HttpRequestException or IOException or OperationCanceledException)
            && !cancellationToken.IsCancellationRequested)
        {
            return Fail(who, "it " + OutgoingFailure.Describe(e, _clients.ProxyFor(_address)));
        }
    }

    public void Dispose() => _client.Dispose();

    private AccessDecision.Forbidden Fail(AuthenticationResult.Authenticated who, string reason)
    {
        _logger.LogError(
            "EXTERNAL_AUTHZ_URL: a request is refused, because the external authorizer gave no answer ({Reason}).",
            reason);
        return Refuse(who, "The external authorizer gave no answer.");
    }

    private static AccessDecision.Forbidden Refuse(AuthenticationResult.Authenticated who, string reason) =>
        new(who.Identity, reason);

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxReason];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var text = new string(
            [.. Encoding.UTF8.GetString(buffer, 0, read).Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return text.Length > 0 ? text : "The external authorizer refused.";
    }

    private ExternalRequest Question(AccessRequest request, AuthenticationResult.Authenticated who)
    {
        var identity = who.Identity;
        return new ExternalRequest
        {
            Timestamp = _time.GetLocalNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
            User = new ExternalUser
            {
                Name = identity.RawUserId,
                Id = identity.Uid ?? "",
                UserId = identity.UserId,
                Groups = identity.Groups,
                Extra = new Dictionary<string, string[]>
                {
                    ["auth-method"] = [who.Method == AuthenticationMethod.Cookie ? "cookie" : "header"],
                },
                Claims = who.VerifiedClaims,
            },
            Request = CreateTarget(request),
        };
    }

    private static ExternalTarget CreateTarget(AccessRequest request)
    {
        var host = new HostString(request.EntryPoint == EntryPoint.ForwardAuth
            ? ForwardedValue.First(request.Single("X-Forwarded-Host")) ?? ""
            : request.Host);
        var path = request.Target.Path.ToString();
        return new ExternalTarget
        {
            Host = host.Host,
            Port = host.Port ?? 80,
            Path = Uri.UnescapeDataString(path),
            RawPath = path,
            Method = request.Method,
        };
    }
}
