using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AuthGateway.SystemTests.Wire;

namespace AuthGateway.SystemTests.SignOut;

/// <summary>The realm's SAML application: login and single logout by the redirect binding (SAML 2.0 Bindings §3.4), unsigned, as the realm allows.</summary>
internal sealed class SamlApp(string issuer)
{
    private const string Namespaces = "xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"";
    private readonly string _endpoint = issuer + "/protocol/saml";

    /// <returns>Who is logged in, and the index of the session there.</returns>
    public async Task<(string NameId, string SessionIndex)> LogInAsync(CookieBrowser browser)
    {
        await SendAsync(browser, $"""
            <samlp:AuthnRequest {Envelope} AssertionConsumerServiceURL="http://localhost:8987/saml/acs" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"><saml:Issuer>saml-app</saml:Issuer></samlp:AuthnRequest>
            """);
        var form = Regex.Match(browser.Body, "name=\"SAMLResponse\"[^>]*value=\"([^\"]+)\"", RegexOptions.IgnoreCase);
        Assert.True(form.Success, $"No SAML response: {browser.Status} {browser.Address}\n{browser.Body}");
        var xml = Encoding.UTF8.GetString(Convert.FromBase64String(WebUtility.HtmlDecode(form.Groups[1].Value)));
        return (Regex.Match(xml, "<saml:NameID[^>]*>([^<]+)<").Groups[1].Value, Regex.Match(xml, "SessionIndex=\"([^\"]+)\"").Groups[1].Value);
    }

    public Task LogOutAsync(CookieBrowser browser, (string NameId, string SessionIndex) session) => SendAsync(browser, $"""
        <samlp:LogoutRequest {Envelope}><saml:Issuer>saml-app</saml:Issuer><saml:NameID>{session.NameId}</saml:NameID><samlp:SessionIndex>{session.SessionIndex}</samlp:SessionIndex></samlp:LogoutRequest>
        """);

    private string Envelope =>
        $"{Namespaces} ID=\"_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}\" Version=\"2.0\" IssueInstant=\"{DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\" Destination=\"{_endpoint}\"";

    private Task SendAsync(CookieBrowser browser, string xml)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(Encoding.UTF8.GetBytes(xml.Trim()));
        return browser.GoAsync(new Uri($"{_endpoint}?SAMLRequest={Uri.EscapeDataString(Convert.ToBase64String(packed.ToArray()))}&RelayState=rs"));
    }
}
