using System.Globalization;
using AuthGateway.Outgoing;

namespace AuthGateway.Oidc.Provider;

/// <summary>
/// Limits how long a call to the provider may take, body included: 10 s, or the time set by the
/// request (<see cref="Key"/>). A call that exceeds the limit fails with an
/// <see cref="HttpRequestException"/>. Reports every outcome to <see cref="ProviderAvailability"/>.
/// </summary>
internal sealed class ResponseTimeoutHandler(
    ProviderAvailability availability,
    Func<Exception, Uri?, string> describe,
    Func<Uri?, bool> isProvider) : DelegatingHandler
{
    /// <summary>The limit for calls that a user waits for: 10 s.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Sets a longer limit for a call that must not be abandoned: a refresh (RFC 6749 §6) whose
    /// token the provider may already have rotated.
    /// </summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> Key = new("auth-gateway.answer-limit");

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var time = request.Options.TryGetValue(Key, out var own) ? own : Default;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(time);
        try
        {
            var response = await base.SendAsync(request, limited.Token);
            if (isProvider(request.RequestUri))
            {
                availability.Answered();
            }

            return response;
        }
        catch (OperationCanceledException e)
            when (limited.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"took the request and did not answer within {time.TotalSeconds:0.#} s");
            throw new HttpRequestException(HttpRequestError.Unknown, text, new TimeoutException(text, e));
        }
        catch (Exception e) when (OutgoingFailure.IsConnectFailure(e) && isProvider(request.RequestUri))
        {
            availability.Refused(describe(e, request.RequestUri));
            throw;
        }
    }
}
