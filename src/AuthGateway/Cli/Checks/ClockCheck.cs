namespace AuthGateway.Cli.Checks;

/// <summary>
/// Compares the local clock with the provider's <c>Date</c> header (RFC 9110 §6.6.1). ID tokens
/// allow 60 s of skew; more than 30 s is a finding.
/// </summary>
internal sealed class ClockCheck(HttpClient client, TimeProvider time)
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(30);

    /// <returns><c>null</c> when the provider sends no <c>Date</c> (Keycloak).</returns>
    public async Task<IReadOnlyList<CheckFinding>?> LookAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(address, cancellationToken);
            return response.Headers.Date is { } date ? Compare(time.GetUtcNow() - date) : null;
        }
        catch (Exception e) when (
            e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null; // Another check reports an unreachable provider.
        }
    }

    private static CheckFinding[] Compare(TimeSpan ahead) => ahead.Duration() <= Allowed ? [] :
    [
        new(
            CheckArea.Clock,
            $"This machine's clock is {ahead.Duration().TotalSeconds:0} s "
            + $"{(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the provider's; ID tokens allow 60 s.",
            "Synchronise both clocks (NTP, chrony)."),
    ];
}
