using System.Text.Json;
using AuthGateway.Configuration;
using AuthGateway.Pipeline;

namespace AuthGateway.Cli.Checks;

/// <summary>
/// Checks whether the provider accepts the client's credentials, by redeeming an invalid code. The
/// error is <c>invalid_grant</c> for valid credentials and <c>invalid_client</c> for an unknown
/// client or a wrong secret (RFC 6749 §5.2; <c>unauthorized_client</c> in Keycloak). Other
/// responses prove nothing and are no finding.
/// </summary>
internal sealed class ClientCheck(ProviderOptions provider, HttpClient client)
{
    public async Task<IReadOnlyList<CheckFinding>> LookAsync(string tokenEndpoint, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "authorization_code"),
            new("code", "auth-gateway-check"),
            new("redirect_uri", "http://localhost/"),
            new("code_verifier", new string('a', 43)),
        ]);
        try
        {
            using var response = await client.PostAsync(new Uri(tokenEndpoint), form, cancellationToken);
            var error = ReadError(await response.Content.ReadAsStringAsync(cancellationToken));
            return error is "invalid_client" or "unauthorized_client"
                || (response.StatusCode == System.Net.HttpStatusCode.Unauthorized && error is not "invalid_grant")
                ?
                [
                    new(
                        CheckArea.Client,
                        $"The provider does not accept CLIENT_ID {provider.ClientId} with this CLIENT_SECRET "
                        + $"({(int)response.StatusCode} {error}).",
                        "Copy id and secret from the client's registration again; see CLIENT_AUTH_METHOD for how they "
                        + "are sent."),
                ]
                : [];
        }
        catch (Exception e) when (
            e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return
            [
                new(
                    CheckArea.Provider,
                    $"The token endpoint {tokenEndpoint} cannot be reached.",
                    "Set OIDC_TOKEN_URL to an address that answers from this machine."),
            ];
        }
    }

    /// <summary>
    /// Reads the error code; empty unless it consists of letters and underscores.
    /// </summary>
    private static string ReadError(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var error = json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("error", out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : "";
            return error.Length <= 60 && error.All(c => char.IsAsciiLetter(c) || c == '_') ? error : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
