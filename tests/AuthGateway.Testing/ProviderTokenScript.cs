using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AuthGateway.Testing;

/// <summary>The codes and tokens of <see cref="FakeProvider"/>, and its token endpoint.</summary>
internal sealed class ProviderTokenScript(FakeProvider provider)
{
    private readonly ConcurrentDictionary<string, (IReadOnlyDictionary<string, string> Parameters, ProviderUser User)> _codes = new();
    private readonly ConcurrentDictionary<string, ProviderUser> _accessTokens = new();
    private readonly ConcurrentDictionary<string, RefreshFamily> _refreshTokens = new();
    private readonly ConcurrentDictionary<string, int> _uses = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _refreshEnds = new();
    private readonly Lock _refreshing = new();

    /// <summary>A code for the provider's user of now.</summary>
    public string NewCode(IReadOnlyDictionary<string, string> parameters)
    {
        var code = NewSecret("code");
        _codes[code] = (parameters, provider.User);
        return code;
    }

    public bool TryGetUser(string accessToken, [NotNullWhen(true)] out ProviderUser? user) => _accessTokens.TryGetValue(accessToken, out user);

    public Task HandleAsync(HttpContext context, Dictionary<string, string> parameters)
    {
        if (!IsClient(context.Request, parameters))
        {
            return ProviderAnswer.RefuseAsync(context, 401, "invalid_client");
        }

        if (parameters.GetValueOrDefault("grant_type") == "refresh_token")
        {
            return TakeRefreshToken(parameters.GetValueOrDefault("refresh_token", "")) is { } family
                ? ProviderAnswer.WriteAsync(context, Tokens(family, null, provider.Refresh.SendsIdToken))
                : ProviderAnswer.RefuseAsync(context, 400, "invalid_grant");
        }

        var verifier = parameters.GetValueOrDefault("code_verifier", "");
        provider.Secrets.Add(verifier.Length > 0 ? verifier : "no verifier was sent");
        return _codes.TryRemove(parameters.GetValueOrDefault("code", ""), out var login)
            && login.Parameters["redirect_uri"] == parameters.GetValueOrDefault("redirect_uri")
            && login.Parameters.GetValueOrDefault("code_challenge") == Jwt.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))
            ? ProviderAnswer.WriteAsync(context, Tokens(NewLogin(login.User), login.Parameters.GetValueOrDefault("nonce"), withIdToken: true))
            : ProviderAnswer.RefuseAsync(context, 400, "invalid_grant");
    }

    private RefreshFamily NewLogin(ProviderUser user)
    {
        var family = new RefreshFamily(user);
        provider.Logins.Enqueue(family);
        return family;
    }

    private RefreshFamily? TakeRefreshToken(string token)
    {
        lock (_refreshing)
        {
            if (!_refreshTokens.TryGetValue(token, out var family))
            {
                return null;
            }

            if (provider.Refresh.SingleUse && _uses.AddOrUpdate(token, 1, (_, uses) => uses + 1) > provider.Refresh.MaxReuse + 1)
            {
                family.Kill();
            }

            if (family.IsDead || (_refreshEnds.TryGetValue(token, out var end) && provider.Clock.GetUtcNow() >= end))
            {
                return null;
            }

            provider.Refreshes++;
            family.CountRefresh();
            return family;
        }
    }

    private JsonObject Tokens(RefreshFamily family, string? nonce, bool withIdToken)
    {
        var access = NewSecret("access");
        var refresh = NewSecret("refresh");
        // Claims change while a login lasts: the user of now, as long as it is the same person.
        var user = provider.User.Subject == family.User.Subject ? provider.User : family.User;
        _accessTokens[access] = user;
        _refreshTokens[refresh] = family;
        if (provider.Refresh.HiddenRefreshSeconds is { } hidden)
        {
            _refreshEnds[refresh] = provider.Clock.GetUtcNow().AddSeconds(hidden);
        }

        var response = new JsonObject
        {
            ["access_token"] = access,
            ["token_type"] = "Bearer",
            ["expires_in"] = provider.Refresh.AccessSeconds,
            ["refresh_token"] = refresh,
        };
        if (withIdToken)
        {
            response["id_token"] = IdToken(user, family.SessionId, nonce, access);
        }

        if (provider.Refresh.RefreshSeconds is { } life)
        {
            response["refresh_expires_in"] = life;
        }

        if (!provider.Refresh.IsOffered)
        {
            response.Remove("refresh_token");
        }

        provider.EditTokenResponse(response);
        return response;
    }

    private string IdToken(ProviderUser user, string sid, string? nonce, string access)
    {
        // Tokens are judged by the machine's clock; only their end follows the moved one.
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = provider.KeyId };
        var claims = user.Claims();
        claims["iss"] = provider.Issuer;
        claims["aud"] = FakeProvider.ClientId;
        claims["iat"] = now;
        claims["exp"] = provider.Clock.GetUtcNow().ToUnixTimeSeconds() + provider.Refresh.IdTokenSeconds;
        claims["sid"] = sid;
        claims["at_hash"] = Jwt.HalfHash(access);
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        provider.EditIdToken(header, claims);
        var token = provider.SignIdToken?.Invoke(header, claims) ?? Jwt.SignRs256(header, claims, provider.Key);
        provider.Secrets.Add(token);
        provider.LastIdToken = token;
        return token;
    }

    /// <summary>RFC 6749 §2.3.1: Basic with form-encoded halves, or the body.</summary>
    private bool IsClient(HttpRequest request, Dictionary<string, string> parameters)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.Ordinal))
        {
            return parameters.GetValueOrDefault("client_id") == FakeProvider.ClientId && provider.ClientSecrets.Contains(parameters.GetValueOrDefault("client_secret", ""));
        }

        var halves = Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':');
        return Uri.UnescapeDataString(halves[0]) == FakeProvider.ClientId && provider.ClientSecrets.Contains(Uri.UnescapeDataString(halves[1]));
    }

    private string NewSecret(string kind)
    {
        var secret = $"{kind}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20))}";
        provider.Secrets.Add(secret);
        return secret;
    }
}
