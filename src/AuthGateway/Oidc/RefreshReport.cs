using AuthGateway.Observability;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc;

/// <summary>Counts refreshes (<c>authgateway.session.refreshes</c> by outcome and reason) and says in the log what an operator must know. No token, no name.</summary>
internal sealed partial class RefreshReport(GatewayMetrics metrics, ILogger<RefreshReport> logger)
{
    private readonly ILogger<RefreshReport> _logger = logger;

    public void Succeeded() => Count("ok", "none");

    /// <summary>Another process refreshes this session now, or did already.</summary>
    public void LeftToAnother() => Count("left_to_another", "none");

    /// <summary>The session lives on with the claims it has.</summary>
    public void Failed(SessionHash session, string reason)
    {
        Count("failed", Known(reason));
        LogFailed(session, Printable(reason));
    }

    /// <summary>The provider ended the session.</summary>
    public void Ended(SessionHash session, string reason, string? description)
    {
        Count("ended", Known(reason));
        LogEnded(session, Printable(reason), Printable(description ?? "no description"));
    }

    /// <summary>The session ended while its refresh was under way: the new tokens are given back.</summary>
    public void TooLate(SessionHash session)
    {
        Count("too_late", "none");
        LogTooLate(session);
    }

    private void Count(string outcome, string reason) => metrics.Refresh(outcome, reason);

    // A provider's free text would make endless time series.
    private static string Known(string reason) => reason.Length <= 40 && reason.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? reason : "other";

    private static string Printable(string text) => new([.. text.Take(200).Select(c => char.IsControl(c) ? '?' : c)]);

    [LoggerMessage(EventId = 310, Level = LogLevel.Warning, Message = "Session {Session} could not be refreshed ({Reason}); it lives on with the claims it has.")]
    private partial void LogFailed(SessionHash session, string reason);

    [LoggerMessage(EventId = 311, Level = LogLevel.Information, Message = "Session {Session} ended at its refresh: {Reason} ({Description}).")]
    private partial void LogEnded(SessionHash session, string reason, string description);

    [LoggerMessage(EventId = 312, Level = LogLevel.Information, Message = "Session {Session} ended while it was being refreshed; the new tokens are revoked.")]
    private partial void LogTooLate(SessionHash session);
}
