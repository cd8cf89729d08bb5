using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Oidc.Tokens;
using AuthGateway.Sessions;

namespace AuthGateway.Tests.Rig;

/// <summary>The endpoints of <see cref="FakeProvider"/>: what a well-behaved provider answers, before faults and edits.</summary>
internal sealed class ProviderEndpointsScript(FakeProvider provider)
{
    private readonly ConcurrentDictionary<string, (IReadOnlyDictionary<string, string> Parameters, ProviderUser User)> _codes = new();
    private readonly ConcurrentDictionary<string, ProviderUser> _accessTokens = new();
    private readonly ConcurrentDictionary<string, RefreshFamily> _refreshTokens = new();
    private readonly ConcurrentDictionary<string, RefreshFamily> _usedRefreshTokens = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _refreshEnds = new();
    private readonly Lock _refreshing = new();

    public async Task HandleAsync(HttpContext context)
    {
        var endpoint = context.Request.Path.StartsWithSegments(provider.BasePath, out var rest) ? rest.Value!.TrimStart('/') : "outside the issuer";
        endpoint = endpoint == ".well-known/openid-configuration" ? "discovery" : endpoint;
        var parameters = await ParametersAsync(context.Request);
        provider.Calls.Enqueue(new ProviderCall(
            endpoint, context.Request.Method, context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), parameters));
        if (provider.Faults.TryGetValue(endpoint, out var fault) && await fault(context))
        {
            return;
        }

        await AnswerAsync(context, endpoint, parameters);
    }

    private Task AnswerAsync(HttpContext context, string endpoint, Dictionary<string, string> parameters)
    {
        switch (endpoint)
        {
            case "discovery":
                return WriteAsync(context, Discovery());
            case "jwks":
                return WriteAsync(context, KeySet());
            case "authorize":
                context.Response.Redirect(Authorize(parameters));
                return Task.CompletedTask;
            case "token":
                return TokenAsync(context, parameters);
            case "userinfo":
                return UserInfoAsync(context);
            case "end-session":
                context.Response.Redirect(parameters.GetValueOrDefault("post_logout_redirect_uri", "/") + "?state=" + Uri.EscapeDataString(parameters.GetValueOrDefault("state", "")));
                return Task.CompletedTask;
            case "revoke":
                return Task.CompletedTask;
            case "introspect":
                return WriteAsync(context, new JsonObject { ["active"] = false });
            default:
                context.Response.StatusCode = 404;
                return Task.CompletedTask;
        }
    }

    private JsonObject Discovery()
    {
        var issuer = provider.Issuer;
        var document = new JsonObject
        {
            ["issuer"] = issuer,
            ["authorization_endpoint"] = issuer + "/authorize",
            ["token_endpoint"] = issuer + "/token",
            ["userinfo_endpoint"] = issuer + "/userinfo",
            ["jwks_uri"] = issuer + "/jwks",
            ["end_session_endpoint"] = issuer + "/end-session",
            ["revocation_endpoint"] = issuer + "/revoke",
            ["introspection_endpoint"] = issuer + "/introspect",
            ["response_types_supported"] = new JsonArray("code"),
            ["subject_types_supported"] = new JsonArray("public"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "client_secret_post"),
            ["authorization_response_iss_parameter_supported"] = true,
        };
        provider.EditDiscovery(document);
        return document;
    }

    private JsonObject KeySet()
    {
        var set = new JsonObject { ["keys"] = new JsonArray([PublicKey(provider.KeyId, provider.Key), .. provider.OlderKeys.Select(older => PublicKey(older.Key, older.Value))]) };
        provider.EditKeySet(set);
        return set;
    }

    private static JsonObject PublicKey(string id, RSA pair)
    {
        var key = pair.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["alg"] = "RS256",
            ["kid"] = id,
            ["n"] = Jwt.Encode(key.Modulus),
            ["e"] = Jwt.Encode(key.Exponent),
        };
    }

    private string Authorize(Dictionary<string, string> parameters)
    {
        var code = NewSecret("code");
        _codes[code] = (parameters, provider.User);
        List<KeyValuePair<string, string>> answer = [new("code", code), new("state", parameters.GetValueOrDefault("state", "")), new("iss", provider.Issuer)];
        provider.EditCallback(answer);
        return parameters["redirect_uri"] + "?" + string.Join('&', answer.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
    }

    private Task TokenAsync(HttpContext context, Dictionary<string, string> parameters)
    {
        if (!IsClient(context.Request, parameters))
        {
            return RefuseAsync(context, 401, "invalid_client");
        }

        if (parameters.GetValueOrDefault("grant_type") == "refresh_token")
        {
            return TakeRefreshToken(parameters.GetValueOrDefault("refresh_token", "")) is { } family
                ? WriteAsync(context, Tokens(family, null, provider.Refresh.SendsIdToken))
                : RefuseAsync(context, 400, "invalid_grant");
        }

        var verifier = parameters.GetValueOrDefault("code_verifier", "");
        provider.Secrets.Add(verifier.Length > 0 ? verifier : "no verifier was sent");
        return _codes.TryRemove(parameters.GetValueOrDefault("code", ""), out var login)
            && login.Parameters["redirect_uri"] == parameters.GetValueOrDefault("redirect_uri")
            && login.Parameters.GetValueOrDefault("code_challenge") == Jwt.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))
            ? WriteAsync(context, Tokens(NewLogin(login.User), login.Parameters.GetValueOrDefault("nonce"), withIdToken: true))
            : RefuseAsync(context, 400, "invalid_grant");
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
            if (_usedRefreshTokens.TryGetValue(token, out var reused))
            {
                reused.Kill();
                return null;
            }

            if (!_refreshTokens.TryGetValue(token, out var family) || family.IsDead || (_refreshEnds.TryGetValue(token, out var end) && provider.Clock.GetUtcNow() >= end))
            {
                return null;
            }

            if (provider.Refresh.SingleUse)
            {
                _usedRefreshTokens[token] = family;
                _refreshTokens.TryRemove(token, out _);
            }

            provider.Refreshes++;
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

    private Task UserInfoAsync(HttpContext context)
    {
        var token = context.Request.Headers.Authorization.ToString().Split(' ').Last();
        if (!_accessTokens.TryGetValue(token, out var user))
        {
            return RefuseAsync(context, 401, "invalid_token");
        }

        var claims = user.Claims();
        provider.EditUserInfo(claims);
        return WriteAsync(context, claims);
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

    private static async Task<Dictionary<string, string>> ParametersAsync(HttpRequest request)
    {
        var parameters = request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        foreach (var (name, value) in request.HasFormContentType ? await request.ReadFormAsync() : FormCollection.Empty)
        {
            parameters[name] = value.ToString();
        }

        return parameters;
    }

    private static Task RefuseAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, new JsonObject { ["error"] = error });
    }

    private static Task WriteAsync(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }
}
