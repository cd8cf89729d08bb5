using System.Net.Http.Headers;
using System.Text;
using AuthGateway.Authentication.Bearer;

namespace AuthGateway.Authentication.Kubernetes;

/// <summary>
/// The gateway's credentials for the API server: a token, a token file, user name and password, or
/// none.
/// </summary>
internal sealed class ClusterCredentials
{
    private readonly string? _tokenFile;
    private readonly string? _basic;
    private string? _token;

    private ClusterCredentials(string? token, string? tokenFile, string? basic)
    {
        _token = token;
        _tokenFile = tokenFile;
        _basic = basic;
    }

    public static ClusterCredentials None { get; } = new(null, null, null);

    public static ClusterCredentials FromToken(string token) =>
        new(
            IsSendable(token)
                ? token
                : throw new ClusterAccessException("its token holds characters that no token has"),
            null,
            null);

    /// <summary>
    /// Reads the token from a file for each request: the kubelet replaces a pod's token long before
    /// its expiry.
    /// </summary>
    public static ClusterCredentials FromTokenFile(string path) => new(null, path, null);

    public static ClusterCredentials FromPassword(string user, string password) =>
        new(null, null, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>Returns the token. Null when there is none.</summary>
    /// <exception cref="RemoteUnavailableException">The file cannot be read and was never read
    /// before.</exception>
    public string? Token()
    {
        if (_tokenFile is null)
        {
            return _token;
        }

        try
        {
            var text = File.ReadAllText(_tokenFile).Trim();
            if (IsSendable(text))
            {
                return _token = text;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file is being replaced. The token that was read last is used.
        }

        return _token
            ?? throw new RemoteUnavailableException(
                $"there is no token to show to it: {_tokenFile} cannot be read, or holds none");
    }

    /// <inheritdoc cref="Token"/>
    public AuthenticationHeaderValue? Header() =>
        _basic is not null ? new("Basic", _basic) : Token() is { } token ? new("Bearer", token) : null;

    private static bool IsSendable(string token) => token.Length > 0 && token.All(c => c is > ' ' and <= '~');
}
