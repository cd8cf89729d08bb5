using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AuthGateway.Testing;

/// <summary>Every log line of a gateway, all levels, with the exception's text.</summary>
internal sealed partial class LogCapture : ILoggerProvider
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);
    private readonly ConcurrentQueue<string> _lines = new();
    private long _lastConsoleLine;

    public ConcurrentQueue<string> Lines
    {
        get
        {
            WaitForTheConsole();
            return _lines;
        }
    }

    public string Text => string.Join('\n', Lines);

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    /// <summary>A line that a gateway wrote to its console, in the form of the others; what is no log line is left out.</summary>
    public void AddConsoleLine(string line)
    {
        Interlocked.Exchange(ref _lastConsoleLine, Stopwatch.GetTimestamp());
        if (ConsoleLine().Match(line) is { Success: true } match)
        {
            _lines.Enqueue($"{Level(match.Groups["level"].Value)} {match.Groups["category"].Value}: {match.Groups["text"].Value}");
        }
    }

    public void Dispose()
    {
    }

    /// <summary>Lines of another process come by a pipe: those that it wrote before its answer may be on the way still.</summary>
    private void WaitForTheConsole()
    {
        var asked = Stopwatch.GetTimestamp();
        while (Interlocked.Read(ref _lastConsoleLine) is not 0 and var last && Stopwatch.GetElapsedTime(Math.Max(last, asked)) < Pause && Stopwatch.GetElapsedTime(asked) < 10 * Pause)
        {
            Thread.Sleep(5);
        }
    }

    private static LogLevel Level(string name) => name switch
    {
        "trce" => LogLevel.Trace,
        "dbug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        "fail" => LogLevel.Error,
        _ => LogLevel.Critical,
    };

    [GeneratedRegex(@"^\S+ (?<level>trce|dbug|info|warn|fail|crit): (?<category>\S+)\[-?\d+\] ?(?<text>.*)$")]
    private static partial Regex ConsoleLine();

    private sealed class Writer(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            capture._lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
