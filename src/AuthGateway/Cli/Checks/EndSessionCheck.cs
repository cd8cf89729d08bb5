using System.Net;
using AuthGateway.Configuration;
using AuthGateway.Configuration.Choices;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Checks whether the provider accepts the post-logout redirect URI. Calls its end-session endpoint
/// without a cookie and without a hint (OpenID Connect RP-Initiated Logout 1.0 §2, §3), so no
/// session ends. Keycloak answers 400 for a URI that is not registered for the client.
/// </summary>
internal sealed class EndSessionCheck(GatewayOptions options, HttpClient client)
{
    public async Task<IReadOnlyList<CheckFinding>> LookAsync(string? endpoint, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(endpoint)
            || options.Provider.LogoutMode == LogoutMode.Local
            || options.Urls.PostLogoutRedirectUri is not { } back)
        {
            return [];
        }

        try
        {
            var address = new Uri(QueryHelpers.AddQueryString(endpoint, new Dictionary<string, string?>
            {
                ["client_id"] = options.Provider.ClientId,
                ["post_logout_redirect_uri"] = back,
            }));
            using var response = await client.GetAsync(
                address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode != HttpStatusCode.BadRequest ? [] :
            [
                new(CheckArea.Client, $"The provider refuses a logout (400) that comes back to {back}.",
                    "Add this address to the client's post-logout redirect addresses there (Keycloak: Valid post "
                        + "logout redirect URIs), or set POST_LOGOUT_REDIRECT_URL to one that is listed."),
            ];
        }
        catch (Exception e) when (
            e is HttpRequestException or UriFormatException
                || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return []; // Only browsers must reach the endpoint.
        }
    }
}
