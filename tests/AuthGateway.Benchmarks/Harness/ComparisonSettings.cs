namespace AuthGateway.Benchmarks.Harness;

/// <summary>How long and how often; the defaults are those of docs/performance.md.</summary>
internal sealed record ComparisonSettings
{
    public int Rounds { get; init; } = 5;
    public TimeSpan Run { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A run is made of turns this long, in which the targets take each other's place: what slows the machine for some seconds slows all of them.</summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For each target: the runtime goes on compiling for longer than 20 s under load on one core.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(40);
    public int Connections { get; init; } = 64;

    /// <summary>A folder with a published gateway; <c>null</c> = publish it now.</summary>
    public string? Gateway { get; init; }

    /// <summary>Folders with other published gateways, measured in the same turns as <see cref="Gateway"/>.</summary>
    public IReadOnlyList<string> Against { get; init; } = [];

    /// <summary>Measures only targets whose name contains this; <c>null</c> = all.</summary>
    public string? Only { get; init; }

    /// <summary>Where the table goes as Markdown, besides the console.</summary>
    public string? Markdown { get; init; }

    /// <summary>Environment variables of the measured processes, besides their own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <exception cref="ArgumentException">An option that does not exist, or one without its value.</exception>
    public static ComparisonSettings Parse(string[] arguments)
    {
        if (arguments.Length % 2 != 0)
        {
            throw new ArgumentException("Options: --rounds N, --run SECONDS, --turn SECONDS, --warm-up SECONDS, --connections N, --gateway FOLDER, --against FOLDER[,FOLDER], --only TEXT, --markdown FILE.");
        }

        return arguments.Chunk(2).Aggregate(new ComparisonSettings(), static (settings, option) => option switch
        {
            ["--rounds", var value] => settings with { Rounds = int.Parse(value, null) },
            ["--run", var value] => settings with { Run = TimeSpan.FromSeconds(int.Parse(value, null)) },
            ["--turn", var value] => settings with { Turn = TimeSpan.FromSeconds(int.Parse(value, null)) },
            ["--warm-up", var value] => settings with { WarmUp = TimeSpan.FromSeconds(int.Parse(value, null)) },
            ["--connections", var value] => settings with { Connections = int.Parse(value, null) },
            ["--gateway", var value] => settings with { Gateway = value },
            ["--against", var value] => settings with { Against = value.Split(',') },
            ["--only", var value] => settings with { Only = value },
            ["--markdown", var value] => settings with { Markdown = value },
            _ => throw new ArgumentException($"Unknown option '{option[0]}'."),
        });
    }
}
