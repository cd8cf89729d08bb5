using System.Text.Json;
using System.Text.Json.Serialization;
using AuthGateway.Http;
using AuthGateway.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace AuthGateway.Pipeline;

/// <summary>
/// Writes 401 for programs: <c>WWW-Authenticate: Bearer</c> (RFC 6750 §3), JSON, no cookie. gRPC
/// calls get gRPC's own status as well.
/// </summary>
internal static class Unauthorized
{
    /// <param name="context">The exchange to answer.</param>
    /// <param name="loginUrl">Where a user logs in.</param>
    /// <param name="reason">Why there is no session. Null when it is unknown.</param>
    /// <param name="status">401, or the status of the background probe table.</param>
    /// <param name="asksForBasic">True adds the Basic challenge in front: programs use the first
    /// scheme that they support.</param>
    public static Task WriteLoginRequiredAsync(
        HttpContext context,
        string loginUrl,
        string? reason,
        int status = StatusCodes.Status401Unauthorized,
        bool asksForBasic = false) =>
        WriteAsync(
            context,
            status,
            asksForBasic ? WithBasic : "Bearer",
            new UnauthorizedAnswer { Error = "login_required", Description = reason, LoginUrl = loginUrl });

    public static Task WriteTokenErrorAsync(HttpContext context, string error, string description) => WriteAsync(
        context,
        StatusCodes.Status401Unauthorized,
        $"Bearer error=\"{error}\", error_description=\"{Quotable(description)}\"",
        new UnauthorizedAnswer { Error = error, Description = description });

    /// <summary>Both challenges, Basic first (RFC 7617 §2.1).</summary>
    public static readonly StringValues WithBasic = new(
        ["Basic realm=\"session value as password\", charset=\"UTF-8\"", "Bearer"]);

    // RFC 6750 §3: characters that are allowed inside the quotes.
    private static string Quotable(string text) =>
        new([.. text.Select(c => c is >= ' ' and <= '~' and not ('"' or '\\') ? c : '?')]);

    private static Task WriteAsync(HttpContext context, int status, StringValues challenge, UnauthorizedAnswer answer)
    {
        var response = context.Response;
        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = challenge;
            if (GrpcRefusal.Wants(context))
            {
                return GrpcRefusal.WriteAsync(context, status, answer.Description ?? answer.Error);
            }
        }

        SecurityHeaders.Secure(response.Headers);
        response.StatusCode = status;
        response.ContentType = "application/json";
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, UnauthorizedJson.Default.UnauthorizedAnswer);
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body).AsTask();
    }
}
