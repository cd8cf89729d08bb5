namespace AuthGateway.Oidc.Provider;

/// <summary>
/// The last call to the provider of one login, for the log: which endpoint, and what came of it. It follows the flow of the callback (<see cref="AsyncLocal{T}"/>),
/// because the handler's exceptions name neither.
/// </summary>
internal sealed class ProviderCalls
{
    private static readonly AsyncLocal<ProviderCalls?> Flow = new();

    /// <summary>The calls of the login that is handled here; null elsewhere.</summary>
    public static ProviderCalls? Current => Flow.Value;

    /// <summary><c>POST https://idp/token</c>, without its query; null before the first call.</summary>
    public string? Call { get; private set; }

    /// <summary>Path of the endpoint alone, for a page.</summary>
    public string? Path { get; private set; }

    /// <summary>Status of its answer; null when none came.</summary>
    public int? Status { get; private set; }

    /// <summary>Ends what is done for this login when its time is over; none by default.</summary>
    public CancellationToken Budget { get; set; }

    public static ProviderCalls Begin() => Flow.Value = new();

    public void Sent(HttpRequestMessage request)
    {
        Call = $"{request.Method} {request.RequestUri?.GetLeftPart(UriPartial.Path)}";
        Path = request.RequestUri?.AbsolutePath;
        Status = null;
    }

    public void Answered(int status) => Status = status;

    /// <summary>One sentence without its full stop; null when no call was made.</summary>
    public string? Sentence => Call is null ? null : Status is { } status ? $"{Call} answered {status}" : $"{Call} gave no answer";
}
