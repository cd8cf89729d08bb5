using System.Net.Sockets;
using System.Text.Json;
using AuthGateway.Oidc.Provider;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions.Store;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// Turns what the handler threw into one of our failures, with a sentence for the log: endpoint, status, the provider's <c>error</c> and its description
/// (RFC 6749 §5.2). Nothing of an exception's own text reaches a page, but what <see cref="TokenRefusedException"/> says.
/// </summary>
internal static class FailureReader
{
    /// <param name="failure">What was thrown; null = nothing.</param>
    /// <param name="calls">The calls of this login, where they are known.</param>
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
        return new LoginFailedException(userInfo is null ? Classify(failure) : LoginFailure.UserInfoFailed, refused, failure) { Reason = refused ?? $"{Reason(failure, calls)}." };
    }

    private static LoginFailure Classify(Exception? failure) => failure switch
    {
        StoreUnavailableException => LoginFailure.StoreUnavailable,
        OpenIdConnectProtocolInvalidNonceException => LoginFailure.IdTokenInvalid,
        OpenIdConnectProtocolInvalidAtHashException or OpenIdConnectProtocolInvalidCHashException => LoginFailure.IdTokenInvalid,
        OpenIdConnectProtocolException protocol => ClassifyProtocol(protocol),
        SecurityTokenException or SecurityTokenArgumentException => LoginFailure.IdTokenInvalid,
        ProviderBusyException => LoginFailure.ProviderBusy,
        ProviderUnknownException => LoginFailure.ProviderUnavailable,
        HttpRequestException { StatusCode: not null } => LoginFailure.UserInfoFailed,
        HttpRequestException or TaskCanceledException or TimeoutException => LoginFailure.ProviderUnavailable,
        JsonException => LoginFailure.UserInfoFailed,
        _ when failure?.InnerException is { } inner => Classify(inner),
        _ => LoginFailure.TokenRequestFailed,
    };

    private static LoginFailure ClassifyProtocol(OpenIdConnectProtocolException e)
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

        // The validator's words are the only difference between its userinfo and its token checks.
        if (e.Message.Contains("UserInfo", StringComparison.OrdinalIgnoreCase))
        {
            return LoginFailure.UserInfoMismatch;
        }

        return e.Message.StartsWith("IDX21", StringComparison.Ordinal) ? LoginFailure.IdTokenInvalid : LoginFailure.TokenRequestFailed;
    }

    private static string Reason(Exception? failure, ProviderCalls? calls)
    {
        var call = calls?.Sentence ?? "The provider was not asked";
        if (Find<OpenIdConnectProtocolException>(failure) is { } protocol && protocol.Data["error"] is string error)
        {
            var description = protocol.Data["error_description"] as string;
            return LogText.Of(string.IsNullOrEmpty(description) ? $"{call}: {error}" : $"{call}: {error}: {description}");
        }

        if (Find<SocketException>(failure) is { } socket)
        {
            return $"{call}: {socket.SocketErrorCode}";
        }

        return failure switch
        {
            OpenIdConnectProtocolInvalidNonceException => "The nonce of the ID token is not the one of this login",
            OpenIdConnectProtocolInvalidAtHashException => "The at_hash of the ID token does not belong to the access token (OIDC Core §3.1.3.6)",
            HttpRequestException { StatusCode: null } http => $"{call}: {http.HttpRequestError}",
            TaskCanceledException or TimeoutException => $"{call} in time",
            SecurityTokenException or SecurityTokenArgumentException => $"The ID token is not valid ({failure.GetType().Name})",
            OpenIdConnectProtocolException when ClassifyProtocol((OpenIdConnectProtocolException)failure) == LoginFailure.UserInfoMismatch => $"{call}; its sub is not that of the ID token",
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
