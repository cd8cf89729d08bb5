using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Sessions;
using Microsoft.Net.Http.Headers;

namespace AuthGateway.Authentication;

/// <summary>
/// Reads a session value from a header: from <c>AUTH_HEADER</c>, or from the password of
/// <c>Authorization: Basic</c>.
/// </summary>
/// <remarks>
/// Basic (<c>BASIC_AUTHN_ENABLED</c>) is for programs that support nothing else (git, skopeo,
/// rclone, WebDAV). It is never accepted from a browser, which would send it with cross-site
/// requests too. A client without a User-Agent, or with a browser's User-Agent, is treated as a
/// browser.
/// </remarks>
internal sealed class HeaderCredentials(AccessOptions access)
{
    private readonly string? _header = access.AuthHeader;

    /// <summary>
    /// Returns the value of <c>AUTH_HEADER</c>. Null when there is none, and when the setting is
    /// off.
    /// </summary>
    public string? ValueIn(AccessRequest request) => _header is { } name ? request.Credential(name) : null;

    /// <summary>
    /// Returns the password of Basic when it has the form of a session value. Null when there is
    /// none, and when the setting is off.
    /// </summary>
    public string? BasicIn(AccessRequest request)
    {
        if (!access.BasicEnabled
            || request.Single(HeaderNames.Authorization) is not { } value
            || !IsProgram(request)
            || BasicText.TryDecode(value) is not { } pair)
        {
            return null;
        }

        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        var password = colon < 0 ? "" : pair[(colon + 1)..];
        return SessionId.TryHash(password, out _) ? password : null;
    }

    /// <summary>True for a program that may be sent a Basic challenge.</summary>
    public bool AcceptsChallenge(AccessRequest request) => access.BasicEnabled && IsProgram(request);

    /// <summary>
    /// True for a program that supports Basic and cannot follow a login redirect. It gets 401,
    /// where a script that follows redirects is sent to the provider. Recognized by its User-Agent,
    /// or because it already sent Basic.
    /// </summary>
    public bool NeedsChallenge(AccessRequest request) => AcceptsChallenge(request)
        && (BasicText.TryDecode(request.Headers.Authorization.ToString()) is not null
            || Array.Exists(Programs, name => IsNamed(request, name)));

    private static readonly string[] Programs =
    [
        "git/", "JGit/", "git-lfs/", "skopeo/", "containers/", "Buildah/", "libpod/", "docker/", "containerd/",
        "oras", "rclone/", "mercurial/", "SVN/", "davfs2/", "cadaver/", "Microsoft-WebDAV-MiniRedir/", "gvfs/",
        "restic/",
    ];

    private static bool IsProgram(AccessRequest request)
    {
        var headers = request.Headers;
        return headers.UserAgent.ToString() is { Length: > 0 } agent
            && !agent.StartsWith("Mozilla/", StringComparison.OrdinalIgnoreCase)
            && !headers.ContainsKey("Sec-Fetch-Mode")
            && !headers.ContainsKey("Sec-Fetch-Site")
            && !headers.ContainsKey("Sec-Fetch-Dest");
    }

    private static bool IsNamed(AccessRequest request, string name) =>
        request.Headers.UserAgent.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase);
}
