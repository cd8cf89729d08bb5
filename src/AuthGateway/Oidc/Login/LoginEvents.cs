using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using AuthGateway.Oidc.Login.Attempts;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Adds the protocol checks that the OpenID Connect handler lacks, in its events. Errors are
/// thrown, never passed to <c>Fail()</c>: after <c>Fail()</c> the return path is lost.
/// </summary>
internal sealed class LoginEvents : OpenIdConnectEvents
{
    private readonly LoginNonces _nonces;
    private readonly ProviderOptions _provider;
    private readonly UrlOptions _urls;

    public LoginEvents(GatewayOptions options, LoginNonces nonces)
    {
        _nonces = nonces;
        _provider = options.Provider;
        _urls = options.Urls;
        OnRedirectToIdentityProvider = PrepareRequest;
        OnPushAuthorization = PushWhenRequired;
        OnAuthorizationCodeReceived = AddVerifier;
        OnTokenResponseReceived = KeepTokens;
        OnTokenValidated = ValidateNonce;
        OnUserInformationReceived = KeepUserInfo;
        OnTicketReceived = Finish;
        OnRemoteFailure = Fail;
    }

    /// <summary>
    /// Key of the <see cref="LoginResult"/> in <see cref="HttpContext.Items"/>. The callback
    /// endpoint creates the session from it.
    /// </summary>
    public static readonly object ResultKey = new();

    private Task PrepareRequest(RedirectContext context)
    {
        var attempt = Attempt(context.HttpContext);
        var message = context.ProtocolMessage;
        message.RedirectUri = _urls.RedirectUri;
        message.Nonce = _nonces.Mark(attempt.Nonce);
        message.Parameters["code_challenge"] = attempt.CodeChallenge;
        message.Parameters["code_challenge_method"] = "S256";
        if (attempt.Prompt is not null)
        {
            message.Prompt = attempt.Prompt;
        }

        if (attempt.LoginHint is not null)
        {
            message.LoginHint = attempt.LoginHint;
        }

        return Task.CompletedTask;
    }

    private Task PushWhenRequired(PushedAuthorizationContext context)
    {
        // "required" pushes only when the metadata requires it: an anonymous visit must not cause a
        // call to the provider.
        if (_provider.PushedAuthorization == PushedAuthorization.Required && !IsPushRequired(context.Options))
        {
            context.SkipPush();
        }

        return Task.CompletedTask;
    }

    private static bool IsPushRequired(OpenIdConnectOptions options) =>
        options.ConfigurationManager is ProviderMetadata metadata
        && metadata.TryGet(out var known)
        && known.RequirePushedAuthorizationRequests;

    private static Task AddVerifier(AuthorizationCodeReceivedContext context)
    {
        context.TokenEndpointRequest!.Parameters["code_verifier"] = Attempt(context.HttpContext).CodeVerifier;
        return Task.CompletedTask;
    }

    private static Task KeepTokens(TokenResponseReceivedContext context)
    {
        var answer = context.TokenEndpointResponse;
        if (!string.IsNullOrEmpty(answer.Error))
        {
            throw new LoginFailedException(LoginFailure.TokenRequestFailed)
            {
                Reason = $"The token answer holds tokens and an error: {LogText.Of(answer.Error)}.",
            };
        }

        if (!string.Equals(answer.TokenType, "Bearer", StringComparison.OrdinalIgnoreCase))
        {
            throw new LoginFailedException(LoginFailure.TokenTypeUnknown)
            {
                Reason = $"The token answer's token_type is not Bearer but \"{LogText.Of(answer.TokenType)}\".",
            };
        }

        if (string.IsNullOrEmpty(answer.IdToken))
        {
            throw new LoginFailedException(LoginFailure.IdTokenMissing);
        }

        context.HttpContext.Items[ResultKey] = new LoginResult
        {
            RawIdToken = answer.IdToken,
            AccessToken = answer.AccessToken,
            RefreshToken = string.IsNullOrEmpty(answer.RefreshToken) ? null : answer.RefreshToken,
            ExpiresInSeconds = TokenLifetime.Read(answer.ExpiresIn),
            RefreshExpiresInSeconds = TokenLifetime.ReadRefresh(answer.GetParameter("refresh_expires_in")),
        };
        return Task.CompletedTask;
    }

    private static Task ValidateNonce(TokenValidatedContext context)
    {
        var expected = Attempt(context.HttpContext).Nonce;
        var actual = context.SecurityToken.Payload.TryGetValue("nonce", out var value) ? value as string : null;
        if (!LoginNonces.IsOf(actual, expected))
        {
            throw actual is null
                ? new LoginFailedException(LoginFailure.IdTokenInvalid, "The ID token has no nonce.")
                : new LoginFailedException(
                    LoginFailure.IdTokenInvalid, "The nonce of the ID token is not the one of this login.")
                {
                    // Both nonces may be logged: they are used up with this attempt.
                    Reason = "The nonce of the ID token is not the one of this login: "
                        + $"it is \"{LogText.Shown(actual)}\", and must begin with \"{expected}\".",
                };
        }

        context.Nonce = actual;
        if (Result(context.HttpContext).IdToken.Claims.Member("at_hash") is null)
        {
            // The handler would compare a JSON null as an empty hash.
            context.SecurityToken.Payload.Remove("at_hash");
        }

        return Task.CompletedTask;
    }

    private static Task KeepUserInfo(UserInformationReceivedContext context)
    {
        var claims = context.User.RootElement;
        if (UserInfoSubject.FindError(claims) is { } error)
        {
            throw new LoginFailedException(LoginFailure.UserInfoFailed, error);
        }

        // Runs before the handler's own comparison, whose exception names neither value.
        if (UserInfoSubject.FindMismatch(claims, Result(context.HttpContext).IdToken.Subject) is { } mismatch)
        {
            throw new LoginFailedException(LoginFailure.UserInfoMismatch) { Reason = mismatch };
        }

        Result(context.HttpContext).UserInfo = claims.Clone();
        return Task.CompletedTask;
    }

    private static Task Finish(TicketReceivedContext context)
    {
        Result(context.HttpContext).IsComplete = true;
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static Task Fail(RemoteFailureContext context)
    {
        context.HttpContext.Items[ResultKey] = new LoginResult
        {
            Failure = FailureReader.Read(context.Failure, ProviderCalls.Current),
        };
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static LoginAttempt Attempt(HttpContext context) => (LoginAttempt)context.Items[LoginHandler.AttemptKey]!;

    private static LoginResult Result(HttpContext context) => (LoginResult)context.Items[ResultKey]!;
}
