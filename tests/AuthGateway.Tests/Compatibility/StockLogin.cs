using AuthGateway.Sessions;

namespace AuthGateway.Tests.Compatibility;

/// <summary>A login, answer by answer.</summary>
/// <param name="Browser">With the cookies it kept.</param>
/// <param name="First">The answer that sent it to the provider.</param>
/// <param name="CallbackTarget">Where the provider sent it.</param>
/// <param name="Callback">The answer to that.</param>
internal sealed record StockLogin(Browser Browser, RawResponse First, string CallbackTarget, RawResponse Callback)
{
    /// <summary>The session cookie's value.</summary>
    public string Session => SessionCookie.Value;

    public Cookie SessionCookie => Cookie.Parse(Assert.Single(Callback.SetCookies, line => line.StartsWith("authservice_session=", StringComparison.Ordinal)));

    /// <summary>The cookie of this attempt, as the first answer set it.</summary>
    public Cookie LoginCookie => Cookie.Parse(Assert.Single(First.SetCookies, line => line.Contains("authservice_login_", StringComparison.Ordinal)));

    public string State => CallbackTarget.Split("state=")[1].Split('&')[0];
}
