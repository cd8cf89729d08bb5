using System.Text.Encodings.Web;
using AuthGateway.Oidc.Login.Attempts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// ASP.NET Core's OpenID Connect handler, subclassed once and called directly: no authentication
/// middleware runs for any request.
/// </summary>
/// <remarks>
/// The login is bound to the browser by <see cref="LoginAttempt"/>; the handler's correlation and
/// nonce cookies are never set.
/// </remarks>
internal sealed class LoginHandler(IOptionsMonitor<OpenIdConnectOptions> options)
    : OpenIdConnectHandler(options, NullLoggerFactory.Instance, HtmlEncoder.Default, UrlEncoder.Default)
{
    public static readonly AuthenticationScheme OidcScheme = new("oidc", null, typeof(LoginHandler));

    /// <summary>
    /// Key of the <see cref="LoginAttempt"/> in <see cref="HttpContext.Items"/> during a challenge
    /// or a callback.
    /// </summary>
    public static readonly object AttemptKey = new();

    /// <summary>Creates the handler for one request.</summary>
    public static async Task<LoginHandler> ForAsync(HttpContext context, IOptionsMonitor<OpenIdConnectOptions> options)
    {
        var handler = new LoginHandler(options);
        await handler.InitializeAsync(OidcScheme, context);
        return handler;
    }

    /// <summary>
    /// Always true: the callback endpoint has already compared the path byte for byte.
    /// </summary>
    public override Task<bool> ShouldHandleRequestAsync() => Task.FromResult(true);

    protected override void GenerateCorrelationId(AuthenticationProperties properties)
    {
        // The cookie of the login attempt replaces the correlation cookie; LoginStarter has set it.
    }

    /// <summary>
    /// True only when the callback endpoint has verified that this browser started this login.
    /// </summary>
    protected override bool ValidateCorrelationId(AuthenticationProperties properties) =>
        Context.Items.ContainsKey(AttemptKey);
}
