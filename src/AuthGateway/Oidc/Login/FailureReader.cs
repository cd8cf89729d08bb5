using System.Net.Sockets;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions.Store;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Converts exceptions of the OpenID Connect handler to a <see cref="LoginFailedException"/> with a
/// sentence for the log: endpoint, status, the provider's <c>error</c> and <c>error_description</c>
/// (RFC 6749 §5.2).
/// </summary>
/// <remarks>
/// The text of an exception never appears on a page, except for that of
/// <see cref="TokenRefusedException"/> and <see cref="UserInfoRefusedException"/>.
/// </remarks>
internal static class FailureReader
{
    /// <param name="failure">The exception; null when there is none.</param>
    /// <param name="calls">The provider calls of this login; null when they are not known.</param>
    public static LoginFailedException Read(Exception? failure, ProviderCalls? calls = null)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is LoginFailedException known)
            {
                return known;
            }
        }

        var userInfo = Find<UserInfoRefusedException>(failure);
        var refused = userInfo?.Message ?? Find<TokenRefusedException>(failure)?.Message;
        var code = userInfo is null ? Classify(failure, calls) : LoginFailure.UserInfoFailed;
        return new LoginFailedException(code, refused, failure)
        {
            Reason = refused ?? $"{Describe(failure, calls)}.",
        };
    }

    private static LoginFailure Classify(Exception? failure, ProviderCalls? calls) => failure switch
    {
        StoreUnavailableException => LoginFailure.StoreUnavailable,
        OpenIdConnectProtocolInvalidNonceException => LoginFailure.IdTokenInvalid,
        OpenIdConnectProtocolInvalidAtHashException
            or OpenIdConnectProtocolInvalidCHashException => LoginFailure.IdTokenInvalid,
        OpenIdConnectProtocolException protocol => ClassifyProtocol(protocol, calls),
        SecurityTokenException or SecurityTokenArgumentException => LoginFailure.IdTokenInvalid,
        ProviderBusyException => LoginFailure.ProviderBusy,
        ProviderUnknownException => LoginFailure.ProviderUnavailable,
        HttpRequestException { StatusCode: not null } => AnsweredBadly(calls),
        HttpRequestException or TaskCanceledException or TimeoutException => LoginFailure.ProviderUnavailable,
        _ when failure?.InnerException is { } inner => Classify(inner, calls),
        _ => AnsweredBadly(calls),
    };

    // The exceptions do not tell the two endpoints apart: the last call does.
    private static LoginFailure AnsweredBadly(ProviderCalls? calls) =>
        calls is { IsUserInfo: true } ? LoginFailure.UserInfoFailed : LoginFailure.TokenRequestFailed;

    private static LoginFailure ClassifyProtocol(OpenIdConnectProtocolException e, ProviderCalls? calls)
    {
        if (e.Data["error"] is string error)
        {
            return error switch
            {
                "invalid_client" or "unauthorized_client" => LoginFailure.ClientRejected,
                "invalid_grant" => LoginFailure.CodeRejected,
                _ => LoginFailure.TokenRequestFailed,
            };
        }

        // Only the message text distinguishes the validator's userinfo checks from its token
        // checks.
        if (e.Message.Contains("UserInfo", StringComparison.OrdinalIgnoreCase))
        {
            return LoginFailure.UserInfoMismatch;
        }

        return e.Message.StartsWith("IDX21", StringComparison.Ordinal)
            ? LoginFailure.IdTokenInvalid
            : AnsweredBadly(calls);
    }

    private static string Describe(Exception? failure, ProviderCalls? calls)
    {
        var call = calls?.Sentence ?? "The provider was not asked";
        if (Find<OpenIdConnectProtocolException>(failure) is { } protocol && protocol.Data["error"] is string error)
        {
            var description = protocol.Data["error_description"] as string;
            return LogText.Of(string.IsNullOrEmpty(description)
                ? $"{call}: {error}"
                : $"{call}: {error}: {description}");
        }

        if (Find<SocketException>(failure) is { } socket)
        {
            return $"{call}: {socket.SocketErrorCode}";
        }

        return failure switch
        {
            OpenIdConnectProtocolInvalidNonceException =>
                "The nonce of the ID token is not the one of this login",
            OpenIdConnectProtocolInvalidAtHashException =>
                "The at_hash of the ID token does not belong to the access token (OIDC Core §3.1.3.6)",
            HttpRequestException { StatusCode: null } http => $"{call}: {http.HttpRequestError}",
            TaskCanceledException or TimeoutException => $"{call} in time",
            SecurityTokenException or SecurityTokenArgumentException =>
                $"The ID token is not valid ({failure.GetType().Name})",
            OpenIdConnectProtocolException protocolFailure
                when ClassifyProtocol(protocolFailure, calls) == LoginFailure.UserInfoMismatch =>
                $"{call}; its sub is not that of the ID token",
            _ when calls is { IsUserInfo: true } =>
                $"{call}; that is no usable answer of the userinfo endpoint (OIDC_USERINFO_URL)",
            _ => $"{call}; that is no usable answer",
        };
    }

    private static T? Find<T>(Exception? failure)
        where T : Exception
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }
}
