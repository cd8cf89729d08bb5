namespace AuthGateway.Configuration.Reading;

/// <summary>Limits against strangers.</summary>
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
            StrangerHeaderBytes = values.Number("STRANGER_HEADER_BYTES_MAX", 65_536, int.MaxValue) ?? usual.StrangerHeaderBytes,
            StrangerHeaderBytesTotal = values.Number("STRANGER_HEADER_BYTES_TOTAL", 65_536, int.MaxValue),
            StrangerTimeout = values.Duration("STRANGER_TIMEOUT", TimeSpan.FromSeconds(1)) ?? usual.StrangerTimeout,
            Idle = values.Duration("CONNECTION_IDLE_TIMEOUT", TimeSpan.FromSeconds(1)) ?? usual.Idle,
            LogLines = values.Number("LOG_LINES_MAX", 1, 100_000) ?? usual.LogLines,
        };
    }
}
