using System.Text.Encodings.Web;
using AuthGateway.Oidc.Login.Attempts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AuthGateway.Oidc.Login;

/// <summary>
/// ASP.NET Core's OpenID Connect handler, subclassed once and driven directly: no authentication middleware runs on any request. Browser binding is
/// ours (<see cref="LoginAttempt"/>), so the handler's correlation and nonce cookies are never made.
/// </summary>
internal sealed class LoginHandler(IOptionsMonitor<OpenIdConnectOptions> options)
    : OpenIdConnectHandler(options, NullLoggerFactory.Instance, HtmlEncoder.Default, UrlEncoder.Default)
{
    public static readonly AuthenticationScheme OidcScheme = new("oidc", null, typeof(LoginHandler));

    /// <summary>Key of the attempt in <see cref="HttpContext.Items"/> while a challenge or a callback is handled.</summary>
    public static readonly object AttemptKey = new();

    public static async Task<LoginHandler> ForAsync(HttpContext context, IOptionsMonitor<OpenIdConnectOptions> options)
    {
        var handler = new LoginHandler(options);
        await handler.InitializeAsync(OidcScheme, context);
        return handler;
    }

    /// <summary>The callback endpoint has compared the path on bytes already.</summary>
    public override Task<bool> ShouldHandleRequestAsync() => Task.FromResult(true);

    protected override void GenerateCorrelationId(AuthenticationProperties properties)
    {
        // The attempt's own cookie does this; LoginStarter has set it.
    }

    /// <summary>True only when the callback endpoint has proven that this browser started this login.</summary>
    protected override bool ValidateCorrelationId(AuthenticationProperties properties) => Context.Items.ContainsKey(AttemptKey);
}
