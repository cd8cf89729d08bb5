using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the limits for strangers and the process.</summary>
internal static class LimitReader
{
    public static LimitOptions Read(SettingValues values)
    {
        var defaults = new LimitOptions();
        return new LimitOptions
        {
            Connections = values.Number("CONNECTIONS_MAX", 8, 1_000_000),
            StrangerUpstream = values.Number("STRANGER_UPSTREAM_MAX", 1, 1_000_000),
            StrangerStreams = values.Number("STRANGER_STREAMS_MAX", 1, 1_000) ?? defaults.StrangerStreams,
            StrangerHeaderBytes = values.Number("STRANGER_HEADER_BYTES_MAX", 65_536, int.MaxValue)
                ?? defaults.StrangerHeaderBytes,
            StrangerHeaderBytesTotal = values.Number("STRANGER_HEADER_BYTES_TOTAL", 65_536, int.MaxValue),
            StrangerRequests = values.Number("STRANGER_REQUESTS_MAX", 16, 1_000_000),
            StrangerTimeout = values.Wait("STRANGER_TIMEOUT", TimeSpan.FromSeconds(1)) ?? defaults.StrangerTimeout,
            Idle = values.Duration("CONNECTION_IDLE_TIMEOUT", TimeSpan.FromSeconds(1)) ?? defaults.Idle,
            Probes = values.Number("PROBE_CONNECTIONS_MAX", 4, 10_000) ?? defaults.Probes,
            Upstream = values.Number("UPSTREAM_CONNECTIONS_MAX", 8, 1_000_000),
            Input = values.Number("INPUT_BYTES_MAX", 65_536, 16_777_216) ?? defaults.Input,
            AnswersInARow = values.Number("STRANGER_ANSWERS_IN_A_ROW", 1, 10_000) ?? defaults.AnswersInARow,
            ControlFrames = values.Number("STRANGER_CONTROL_FRAMES_MAX", 10, 100_000) ?? defaults.ControlFrames,
            LogLines = values.Number("LOG_LINES_MAX", 1, 100_000) ?? defaults.LogLines,
        };
    }
}
