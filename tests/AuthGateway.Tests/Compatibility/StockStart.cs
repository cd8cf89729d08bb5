namespace AuthGateway.Tests.Compatibility;

/// <summary>How a <see cref="StockKubeflow"/> begins.</summary>
internal sealed record StockStart(string Release)
{
    /// <summary><c>NAME=value</c> sets, <c>-NAME</c> takes away.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Instead of one that answers like Dex.</summary>
    public FakeProvider? Provider { get; init; }

    public TimeProvider? Clock { get; init; }

    /// <summary>What the settings have behind the provider's own issuer.</summary>
    public string IssuerSuffix { get; init; } = "";

    /// <summary>Listens where the settings say.</summary>
    public bool KeepPorts { get; init; }

    public bool WaitUntilReady { get; init; } = true;

    /// <summary>Given the store's path before the first start.</summary>
    public Action<string> PrepareStore { get; init; } = _ => { };
}
