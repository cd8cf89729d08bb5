using System.Net;
using System.Text.Json;
using AuthGateway.Configuration;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Checks whether the provider accepts an authorization request of the gateway (client, redirect
/// URI, scopes), with <c>prompt=none</c> (OIDC Core §3.1.2.1) so that no page asks for input. A
/// rejection is an error page (RFC 6749 §4.1.2.1) or <c>invalid_scope</c>; other responses prove
/// nothing and are no finding.
/// </summary>
internal sealed class AuthorizationCheck(ProviderOptions provider, string redirectUri, HttpClient client)
{
    // Dex redirects to its connector before it checks the redirect URI.
    private const int MaxSteps = 3;

    private string Scopes => string.Join(' ', provider.Scopes);

    /// <param name="endpoint">
    /// The authorization endpoint in use. A relative one (<c>/dex/auth</c> in stock Kubeflow) has a
    /// host only in a browser; the one of the discovery document is tried instead.
    /// </param>
    /// <param name="cancellationToken">Cancels the check.</param>
    public async Task<IReadOnlyList<CheckFinding>> LookAsync(string endpoint, CancellationToken cancellationToken)
    {
        var absolute = IsWeb(endpoint) ? endpoint : await DiscoveredAsync(cancellationToken);
        return absolute is null
            ?
            [
                Untried(
                    $"Redirect address {redirectUri} and scopes {Scopes} were not tried: OIDC_AUTH_URL {endpoint} is "
                    + "relative, and the discovery document has no authorization endpoint."),
            ]
            : await TryAsync(absolute, cancellationToken);
    }

    private async Task<IReadOnlyList<CheckFinding>> TryAsync(string endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var address = new Uri(QueryHelpers.AddQueryString(endpoint, Parameters()));
            for (var step = 0; step < MaxSteps; step++)
            {
                using var response = await client.GetAsync(
                    address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (response.StatusCode is HttpStatusCode.BadRequest)
                {
                    return
                    [
                        new(
                            CheckArea.Client,
                            $"The provider refuses a login (400) with CLIENT_ID {provider.ClientId}, redirect address "
                            + $"{redirectUri} and scopes {Scopes}.",
                            "Register this redirect address there, character for character, or correct REDIRECT_URL, "
                            + "PUBLIC_URL or OIDC_SCOPES."),
                    ];
                }

                if (response.Headers.Location is not { } location)
                {
                    return [];
                }

                var next = new Uri(address, location);
                if (next.GetLeftPart(UriPartial.Authority) != address.GetLeftPart(UriPartial.Authority)
                    || next.OriginalString.StartsWith(redirectUri, StringComparison.Ordinal))
                {
                    return Answer(QueryHelpers.ParseQuery(next.Query).GetValueOrDefault("error").ToString());
                }

                address = next;
            }
        }
        catch (Exception e) when (
            e is HttpRequestException or UriFormatException
                || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Only browsers must reach the endpoint, so this is a hint.
            return [Untried($"Redirect address and scopes were not tried: {endpoint} does not answer this machine.")];
        }

        return [];
    }

    private async Task<string?> DiscoveredAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(
                await client.GetStringAsync(provider.DiscoveryAddress, cancellationToken));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("authorization_endpoint", out var value)
                && value.ValueKind == JsonValueKind.String && IsWeb(value.GetString()) ? value.GetString() : null;
        }
        catch (Exception e) when (
            e is HttpRequestException or JsonException or IOException
                || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static bool IsWeb(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");

    private CheckFinding[] Answer(string error) => error != "invalid_scope" ? [] :
    [
        new(
            CheckArea.Client,
            $"The provider does not know one of the scopes {Scopes} (invalid_scope).",
            "Take it out of OIDC_SCOPES, or make it there."),
    ];

    private static CheckFinding Untried(string problem) =>
        new(CheckArea.Client, problem, "Log in once with a browser.") { Level = FindingLevel.Hint };

    private Dictionary<string, string?> Parameters()
    {
        var parameters = provider.ExtraParameters.GroupBy(pair => pair.Key)
            .ToDictionary(group => group.Key, string? (group) => group.Last().Value);
        parameters["client_id"] = provider.ClientId;
        parameters["redirect_uri"] = redirectUri;
        parameters["response_type"] = "code";
        parameters["scope"] = string.Join(' ', provider.Scopes);
        parameters["state"] = "auth-gateway-check";
        parameters["nonce"] = "auth-gateway-check";
        parameters["prompt"] = "none";
        parameters["code_challenge"] = new string('a', 43);
        parameters["code_challenge_method"] = "S256";
        return parameters;
    }
}
