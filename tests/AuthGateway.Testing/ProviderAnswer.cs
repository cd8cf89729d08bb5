using System.Text.Json.Nodes;

namespace AuthGateway.Testing;

/// <summary>Writes the JSON of a provider's answers.</summary>
internal static class ProviderAnswer
{
    public static Task RefuseAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, new JsonObject { ["error"] = error });
    }

    public static Task WriteAsync(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }
}
