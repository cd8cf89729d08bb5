using AuthGateway.Configuration;
using AuthGateway.Http;
using AuthGateway.Sessions;
using Microsoft.Net.Http.Headers;

namespace AuthGateway.Authentication;

/// <summary>
/// <c>BASIC_AUTHN_ENABLED</c>: a session value as the password of <c>Authorization: Basic</c>, for programs that know nothing else (git, skopeo,
/// rclone, WebDAV). Never from a browser, which would send it along with requests of foreign pages: whoever does not name itself, or names itself
/// as browsers do, is none of these programs.
/// </summary>
internal sealed class BasicCredentials(AccessOptions access)
{
    /// <summary>The session value; null where there is none, and while the setting is off.</summary>
    public string? SessionIn(AccessRequest request)
    {
        if (!access.BasicEnabled || request.Single(HeaderNames.Authorization) is not { } value || !IsProgram(request) || BasicText.TryDecode(value) is not { } pair)
        {
            return null;
        }

        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        var password = colon < 0 ? "" : pair[(colon + 1)..];
        return SessionId.TryHash(password, out _) ? password : null;
    }

    /// <summary>True for a program that a challenge helps.</summary>
    public bool MayBeAsked(AccessRequest request) => access.BasicEnabled && IsProgram(request);

    /// <summary>
    /// True for a program that speaks Basic and follows no login: it gets 401 where a script that follows redirects is sent to the provider. By the
    /// name that it gives itself, or because it sent Basic already.
    /// </summary>
    public bool NeedsChallenge(AccessRequest request) => MayBeAsked(request)
        && (BasicText.TryDecode(request.Headers.Authorization.ToString()) is not null || Array.Exists(Programs, name => IsNamed(request, name)));

    private static readonly string[] Programs =
    [
        "git/", "JGit/", "git-lfs/", "skopeo/", "containers/", "Buildah/", "libpod/", "docker/", "containerd/", "oras", "rclone/", "mercurial/", "SVN/", "davfs2/",
        "cadaver/", "Microsoft-WebDAV-MiniRedir/", "gvfs/", "restic/",
    ];

    private static bool IsProgram(AccessRequest request)
    {
        var headers = request.Headers;
        return headers.UserAgent.ToString() is { Length: > 0 } agent && !agent.StartsWith("Mozilla/", StringComparison.OrdinalIgnoreCase)
            && !headers.ContainsKey("Sec-Fetch-Mode") && !headers.ContainsKey("Sec-Fetch-Site") && !headers.ContainsKey("Sec-Fetch-Dest");
    }

    private static bool IsNamed(AccessRequest request, string name) => request.Headers.UserAgent.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase);
}
