namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Records the last call to the provider of one login for the log: the endpoint and its outcome. It
/// flows with the callback (<see cref="AsyncLocal{T}"/>), because the handler's exceptions name
/// neither.
/// </summary>
internal sealed class ProviderCalls
{
    private static readonly AsyncLocal<ProviderCalls?> Flow = new();

    /// <summary>The calls of the login in the current flow; null outside a login.</summary>
    public static ProviderCalls? Current => Flow.Value;

    /// <summary>
    /// Method and URL without the query, such as <c>POST https://idp/token</c>; null before the
    /// first call.
    /// </summary>
    public string? Call { get; private set; }

    /// <summary>The path of the endpoint, for an error page.</summary>
    public string? Path { get; private set; }

    /// <summary>The status of the response; null without one.</summary>
    public int? Status { get; private set; }

    /// <summary>
    /// True when the last call was to userinfo, the only one of a login that carries a bearer token.
    /// </summary>
    public bool IsUserInfo { get; private set; }

    /// <summary>Cancels work done for this login when its time is used up. Default: none.</summary>
    public CancellationToken Budget { get; set; }

    public static ProviderCalls Begin() => Flow.Value = new();

    public void Sent(HttpRequestMessage request)
    {
        Call = $"{request.Method} {request.RequestUri?.GetLeftPart(UriPartial.Path)}";
        Path = request.RequestUri?.AbsolutePath;
        IsUserInfo = request.Headers.Authorization?.Scheme == "Bearer";
        Status = null;
    }

    public void Answered(int status) => Status = status;

    /// <summary>One sentence without a full stop; null when no call was made.</summary>
    public string? Sentence => Call is null
        ? null
        : Status is { } status ? $"{Call} answered {status}" : $"{Call} gave no answer";
}
