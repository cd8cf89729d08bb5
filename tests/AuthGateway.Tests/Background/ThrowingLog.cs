using AuthGateway.Http;

namespace AuthGateway.Tests.Background;

/// <summary>A log provider that throws once for one category.</summary>
internal sealed class ThrowingLog(string category) : ILoggerProvider
{
    private int _isSpent;

    public bool HasThrown => Volatile.Read(ref _isSpent) != 0;

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName == category);

    public void Dispose()
    {
    }

    private sealed class Writer(ThrowingLog log, bool throws) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => throws;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (throws && Interlocked.Exchange(ref log._isSpent, 1) == 0)
            {
                throw new InvalidOperationException("thrown by the test's log");
            }
        }
    }
}
