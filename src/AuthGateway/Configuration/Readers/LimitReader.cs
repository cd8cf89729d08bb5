using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Readers;

/// <summary>Reads the limits for strangers and the process.</summary>
internal static class LimitReader
{
    public static LimitOptions Read(SettingValues values)
    {
        var usual = new LimitOptions();
        return new LimitOptions
        {
            Connections = values.Number("CONNECTIONS_MAX", 8, 1_000_000),
            StrangerUpstream = values.Number("STRANGER_UPSTREAM_MAX", 1, 1_000_000),
            StrangerStreams = values.Number("STRANGER_STREAMS_MAX", 1, 1_000) ?? usual.StrangerStreams,
            StrangerHeaderBytes = values.Number("STRANGER_HEADER_BYTES_MAX", 65_536, int.MaxValue)
                ?? usual.StrangerHeaderBytes,
            StrangerHeaderBytesTotal = values.Number("STRANGER_HEADER_BYTES_TOTAL", 65_536, int.MaxValue),
            StrangerRequests = values.Number("STRANGER_REQUESTS_MAX", 16, 1_000_000),
            StrangerTimeout = values.Duration("STRANGER_TIMEOUT", TimeSpan.FromSeconds(1)) ?? usual.StrangerTimeout,
            Idle = values.Duration("CONNECTION_IDLE_TIMEOUT", TimeSpan.FromSeconds(1)) ?? usual.Idle,
            Probes = values.Number("PROBE_CONNECTIONS_MAX", 4, 10_000) ?? usual.Probes,
            Upstream = values.Number("UPSTREAM_CONNECTIONS_MAX", 8, 1_000_000),
            Input = values.Number("INPUT_BYTES_MAX", 65_536, 16_777_216) ?? usual.Input,
            AnswersInARow = values.Number("STRANGER_ANSWERS_IN_A_ROW", 1, 10_000) ?? usual.AnswersInARow,
            ControlFrames = values.Number("STRANGER_CONTROL_FRAMES_MAX", 10, 100_000) ?? usual.ControlFrames,
            LogLines = values.Number("LOG_LINES_MAX", 1, 100_000) ?? usual.LogLines,
        };
    }
}
