using AuthGateway.Access;
using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Observability;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Pages;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Oidc.Login;

/// <summary>Makes the session of a proven login: claims → identity, new id, the browser's old session ends once the new one is stored, cookie, back to the first page.</summary>
internal sealed partial class SignIn(
    GatewayOptions options, ClaimsMapper mapper, SessionLifecycle sessions, GatewayCookies own, ClientAddress address, LoginCounter counter, ReturnUrl returnUrl, PageSender pages, FormerUser former,
    GatewayMetrics metrics, TimeProvider time, ILogger<SignIn> logger)
{
    private int _isShortLoginSaid;

    /// <param name="context">The exchange.</param>
    /// <param name="request">The callback.</param>
    /// <param name="attempt">The login that this browser began.</param>
    /// <param name="result">What the provider said.</param>
    /// <param name="limit">How long the store may take; null = as long as it needs.</param>
    /// <exception cref="LoginFailedException">The claims identify nobody, the provider ended the login meanwhile, or the store did not take it.</exception>
    public async Task CompleteAsync(HttpContext context, AccessRequest request, LoginAttempt attempt, LoginResult result, TimeSpan? limit)
    {
        var identity = mapper.Map(result.IdToken, result.UserInfo) switch
        {
            ClaimsResult.Mapped mapped => mapped.Identity,
            ClaimsResult.Unusable problem => throw new LoginFailedException(LoginFailure.Of(problem.Problem), problem.Sentence),
            _ => throw new InvalidOperationException("A result of the claims mapper that is not handled here."),
        };
        var headers = context.Response.Headers;
        var login = ToSession(request, attempt, identity, result);
        var id = await StoreAsync(headers, request, login, limit);
        headers.Append("Set-Cookie", own.SetSession(request, id));
        counter.Count(request, headers, id.Hash, login.Replaces);
        metrics.Login("ok");
        LoggedIn(identity.UserId, UnverifiedEmail.IsUserId(options.Identity, identity, result) ? " Its e-mail address is not verified by the provider." : "");
        NoteShortLogin(result);
        await GoOnAsync(context, request, attempt);
    }

    private async Task<SessionId> StoreAsync(IHeaderDictionary headers, AccessRequest request, NewSession login, TimeSpan? limit)
    {
        try
        {
            await former.ForgetAsync(headers, request, login.Payload.Identity);
            // Not the browser's token: once redeemed, a login is stored even when its browser left.
            var stored = sessions.BeginAsync(login, CancellationToken.None);
            return await (limit is { } time ? stored.WaitAsync(time > TimeSpan.Zero ? time : TimeSpan.Zero) : stored)
                ?? throw new LoginFailedException(LoginFailure.EndedMeanwhile);
        }
        catch (TimeoutException e)
        {
            throw new LoginFailedException(LoginFailure.StoreUnavailable, inner: e) { Reason = "The store did not take the session within the 8 s of a callback behind Envoy." };
        }
        catch (StoreUnavailableException e)
        {
            throw new LoginFailedException(LoginFailure.StoreUnavailable, inner: e) { Reason = $"The store did not take the session. {e.Message}" };
        }
    }

    private NewSession ToSession(AccessRequest request, LoginAttempt attempt, Identity identity, LoginResult result)
    {
        var now = time.GetUtcNow();
        var nonce = IdTokenReader.Text(result.IdToken, "nonce");
        var payload = new SessionPayload
        {
            Identity = identity,
            CreatedAtSeconds = 0,
            ExpiresAtSeconds = 0,
            ProviderSessionId = IdTokenReader.Text(result.IdToken, "sid"),
            IdToken = result.IdToken,
            AccessToken = result.AccessToken,
            RefreshToken = result.RefreshToken,
            Nonce = nonce,
            AccessTokenExpiresAtSeconds = TokenLifetime.EndOf(now, result.ExpiresInSeconds),
            RefreshTokenExpiresAtSeconds = TokenLifetime.EndOf(now, result.RefreshExpiresInSeconds),
            IdTokenExpiresAtSeconds = IdTokenReader.Time(result.IdToken, "exp")?.ToUnixTimeSeconds() ?? 0,
            RefreshedAtSeconds = now.ToUnixTimeSeconds(),
            FreshLoginAtSeconds = IsFresh(attempt, result.IdToken) ? now.ToUnixTimeSeconds() : 0,
        };
        var agent = request.Headers.UserAgent.ToString();
        return new(payload, options.Provider.Issuer, agent.Length > 200 ? agent[..200] : agent, address.Of(request)?.ToString())
        {
            AuthenticatedAt = IdTokenReader.Time(result.IdToken, "iat") ?? now,
            Nonce = nonce,
            Replaces = [.. own.SessionValues(request.Cookies).Select(value => SessionId.TryHash(value, out var hash) ? hash : (SessionHash?)null).OfType<SessionHash>()],
        };
    }

    /// <summary>A provider that takes no notice of <c>prompt=login</c> says an old <c>auth_time</c> (OIDC Core §2); one that says none is believed.</summary>
    private bool IsFresh(LoginAttempt attempt, string idToken) => attempt.Prompt == "login"
        && (IdTokenReader.Time(idToken, "auth_time") is not { } proven || time.GetUtcNow() - proven < FreshLogin.Life);

    /// <summary>Said once: many providers give refresh tokens without being asked.</summary>
    private void NoteShortLogin(LoginResult result)
    {
        if (options.Provider.StrictSessionValidation && result.RefreshToken is null && Interlocked.Exchange(ref _isShortLoginSaid, 1) == 0)
        {
            logger.LogWarning(
                "STRICT_SESSION_VALIDATION: the provider gives no refresh token, so every login ends with its access token (this one after {Seconds} s; 0 = not told). Let the client have refresh tokens; Dex and others want offline_access in OIDC_SCOPES.",
                result.ExpiresInSeconds);
        }
    }

    private Task GoOnAsync(HttpContext context, AccessRequest request, LoginAttempt attempt)
    {
        var target = options.Urls.AfterLoginUrl is { } after ? AfterLogin.Address(after, attempt.ReturnPath) : returnUrl.LocationOf(attempt.ReturnPath);
        if (attempt.KeepsFragment && options.Urls.AfterLoginUrl is null && !target.Contains('#', StringComparison.Ordinal))
        {
            return pages.SendAsync(context, request, 200, LoginPages.RestoreFragment(options.Urls.Prefix, target, attempt.ReturnPath));
        }

        if (options.Session.SameSite == SameSiteMode.Strict && target.StartsWith('/'))
        {
            // A redirect that began at the provider would not carry the Strict cookie.
            return pages.SendAsync(context, request, 200, LoginPages.Forward(target));
        }

        context.Response.Redirect(target);
        return Task.CompletedTask;
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "Login of {UserId}.{Remark}")]
    private partial void LoggedIn(string userId, string remark);
}
