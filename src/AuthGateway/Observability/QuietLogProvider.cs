namespace AuthGateway.Observability;

/// <summary>Wraps the console logger with <see cref="QuietLog"/>.</summary>
/// <remarks>
/// Lines of the web server about a peer have level warning at most, with the reason and without the
/// stack trace: no client can cause an error or critical line.
/// </remarks>
internal sealed class QuietLogProvider(ILoggerProvider console, QuietLog lines) : ILoggerProvider, ISupportExternalScope
{
    private const string OfServer = "Microsoft.AspNetCore.Server.Kestrel";
    private const int MostReason = 200;

    public ILogger CreateLogger(string categoryName) =>
        new Quiet(categoryName, console.CreateLogger(categoryName), lines);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) =>
        (console as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

    public void Dispose() => console.Dispose();

    private sealed class Quiet(string category, ILogger inner, QuietLog lines) : ILogger
    {
        private readonly bool _isOfServer = category.StartsWith(OfServer, StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!lines.TryPass(category, eventId.Id, _isOfServer, inner))
            {
                return;
            }

            if (_isOfServer && exception is not null)
            {
                var text = $"{formatter(state, null)} {exception.GetType().Name}: {exception.Message}";
                inner.Log(
                    Least(logLevel),
                    eventId,
                    text.Length > MostReason ? text[..MostReason] : text,
                    null,
                    static (line, _) => line);
                return;
            }

            inner.Log(_isOfServer ? Least(logLevel) : logLevel, eventId, state, exception, formatter);
        }

        private static LogLevel Least(LogLevel level) => level > LogLevel.Warning ? LogLevel.Warning : level;
    }
}
