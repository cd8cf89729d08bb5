using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AuthGateway.Testing;

/// <summary>The endpoints of <see cref="FakeProvider"/>: what a well-behaved provider answers, before faults and edits.</summary>
internal sealed class ProviderEndpointsScript(FakeProvider provider)
{
    private readonly ProviderTokenScript _tokens = new(provider);
    private readonly ConcurrentDictionary<string, Dictionary<string, string>> _pushed = new();

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
                return ProviderAnswer.WriteAsync(context, Discovery());
            case "jwks":
                return ProviderAnswer.WriteAsync(context, KeySet());
            case "authorize":
                context.Response.Redirect(Authorize(_pushed.GetValueOrDefault(parameters.GetValueOrDefault("request_uri", ""), parameters)));
                return Task.CompletedTask;
            case "par":
                return PushAsync(context, parameters);
            case "token":
                return _tokens.HandleAsync(context, parameters);
            case "userinfo":
                return UserInfoAsync(context);
            case "end-session":
                context.Response.Redirect(parameters.GetValueOrDefault("post_logout_redirect_uri", "/") + "?state=" + Uri.EscapeDataString(parameters.GetValueOrDefault("state", "")));
                return Task.CompletedTask;
            case "revoke":
                return Task.CompletedTask;
            case "introspect":
                return ProviderAnswer.WriteAsync(context, new JsonObject { ["active"] = false });
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
        var code = _tokens.NewCode(parameters);
        List<KeyValuePair<string, string>> answer = [new("code", code), new("state", parameters.GetValueOrDefault("state", "")), new("iss", provider.Issuer)];
        provider.EditCallback(answer);
        return parameters["redirect_uri"] + "?" + string.Join('&', answer.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
    }

    /// <summary>Pushed authorization request (RFC 9126 §2).</summary>
    private Task PushAsync(HttpContext context, Dictionary<string, string> parameters)
    {
        var name = $"urn:ietf:params:oauth:request_uri:{Guid.NewGuid():N}";
        _pushed[name] = parameters;
        context.Response.StatusCode = 201;
        return ProviderAnswer.WriteAsync(context, new JsonObject { ["request_uri"] = name, ["expires_in"] = 60 });
    }

    private Task UserInfoAsync(HttpContext context)
    {
        var token = context.Request.Headers.Authorization.ToString().Split(' ').Last();
        if (!_tokens.TryGetUser(token, out var user))
        {
            return ProviderAnswer.RefuseAsync(context, 401, "invalid_token");
        }

        var claims = user.Claims();
        provider.EditUserInfo(claims);
        return ProviderAnswer.WriteAsync(context, claims);
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
}
