using System.Text.Json;
using AuthGateway.Sessions;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Oidc;

/// <summary>Turns what the handler threw into one of our failures; nothing of the exception's text reaches a page.</summary>
internal static class FailureReader
{
    public static LoginFailedException Read(Exception? failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is LoginFailedException known)
            {
                return known;
            }
        }

        return new LoginFailedException(Classify(failure), inner: failure);
    }

    private static LoginFailure Classify(Exception? failure) => failure switch
    {
        StoreUnavailableException => LoginFailure.StoreUnavailable,
        OpenIdConnectProtocolInvalidNonceException => LoginFailure.IdTokenInvalid,
        OpenIdConnectProtocolInvalidAtHashException or OpenIdConnectProtocolInvalidCHashException => LoginFailure.IdTokenInvalid,
        OpenIdConnectProtocolException protocol => ClassifyProtocol(protocol),
        SecurityTokenException or SecurityTokenArgumentException => LoginFailure.IdTokenInvalid,
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
}
