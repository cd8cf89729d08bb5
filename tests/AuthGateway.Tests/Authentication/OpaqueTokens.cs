using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AuthGateway.Oidc.Tokens;

namespace AuthGateway.Tests.Authentication;

/// <summary>Opaque access tokens at the scripted provider: what introspection and userinfo say of each.</summary>
internal sealed class OpaqueTokens
{
    private OpaqueTokens()
    {
    }

    public ConcurrentDictionary<string, JsonObject> Introspections { get; } = new();

    public ConcurrentDictionary<string, JsonObject> UserInfos { get; } = new();

    /// <summary>What userinfo answers about a token that it does not know.</summary>
    public int UnknownStatus { get; set; } = 401;

    public static OpaqueTokens Install(FakeProvider provider)
    {
        var tokens = new OpaqueTokens();
        provider.Faults["introspect"] = context => tokens.AnswerAsync(context, tokens.Introspections.GetValueOrDefault(context.Request.Form["token"].ToString()), 200);
        provider.Faults["userinfo"] = context => tokens.AnswerAsync(context, tokens.UserInfos.GetValueOrDefault(context.Request.Headers.Authorization.ToString()["Bearer ".Length..]), tokens.UnknownStatus);
        return tokens;
    }

    /// <summary>A token of Alice that is good for one of our audiences.</summary>
    public string Issue(Action<JsonObject>? editIntrospection = null, Action<JsonObject>? editUserInfo = null)
    {
        var token = "opaque-" + Guid.NewGuid().ToString("n");
        Add(token, editIntrospection, editUserInfo);
        return token;
    }

    /// <summary>The same of a token that somebody else made.</summary>
    public void Add(string token, Action<JsonObject>? editIntrospection = null, Action<JsonObject>? editUserInfo = null)
    {
        var introspection = new JsonObject { ["active"] = true, ["sub"] = "sub-alice", ["aud"] = "api", ["token_type"] = "Bearer", ["exp"] = TokenMint.Seconds(600), ["client_id"] = "robot" };
        editIntrospection?.Invoke(introspection);
        var userInfo = ProviderUser.Alice.Claims();
        editUserInfo?.Invoke(userInfo);
        Introspections[token] = introspection;
        UserInfos[token] = userInfo;
    }

    private async Task<bool> AnswerAsync(HttpContext context, JsonObject? known, int otherwise)
    {
        context.Response.StatusCode = known is null ? otherwise : 200;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync((known ?? new JsonObject { ["active"] = false }).ToJsonString());
        return true;
    }
}
