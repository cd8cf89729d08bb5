using AuthGateway.Configuration;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>What is fixed for one schedule.</summary>
internal sealed record Setup
{
    private static readonly GatewayOptions[] Variants = [Read(false, null), Read(true, null), Read(false, "60"), Read(true, "60")];

    public required int Replicas { get; init; }

    public required bool IsStrict { get; init; }

    /// <summary><c>PROVIDER_OUTAGE_GRACE</c> of 60 s.</summary>
    public required bool HasGrace { get; init; }

    /// <summary>Each refresh token works once.</summary>
    public required bool IsRotating { get; init; }

    /// <summary>A second use of one ends the login there.</summary>
    public required bool DetectsReuse { get; init; }

    /// <summary>Seconds.</summary>
    public required int AccessLife { get; init; }

    /// <summary>Seconds; 0 = not told, and endless.</summary>
    public required int RefreshLife { get; init; }

    /// <summary>Between two uses of the session, at most, milliseconds.</summary>
    public required int Rest { get; init; }

    public required double Trouble { get; init; }

    public GatewayOptions Options => Variants[(IsStrict ? 1 : 0) + (HasGrace ? 2 : 0)];

    public static Setup Draw(Random random)
    {
        var access = random.Next(3) switch { 0 => 60, 1 => 300, _ => 3600 };
        return Draw(random, access);
    }

    private static Setup Draw(Random random, int access) => new()
    {
        Replicas = 1 + random.Next(10),
        IsStrict = random.Next(3) == 0,
        HasGrace = random.Next(3) == 0,
        IsRotating = random.Next(5) > 0,
        DetectsReuse = random.Next(3) > 0,
        AccessLife = access,
        RefreshLife = random.Next(3) == 0 ? 1800 : 0,
        Rest = Math.Min(access, 900) * 1000 / random.Next(2, 12),
        Trouble = random.Next(3) switch { 0 => 0.05, 1 => 0.2, _ => 0.5 },
    };

    private static GatewayOptions Read(bool isStrict, string? grace)
    {
        var settings = new Dictionary<string, string>
        {
            ["OIDC_PROVIDER"] = "https://provider.example.test",
            ["CLIENT_ID"] = "client",
            ["CLIENT_SECRET"] = "a-client-secret-with-bits",
            ["SESSION_SECRET"] = "a-session-secret-with-32-bytes-and-more",
            ["AUTHSERVICE_URL_PREFIX"] = "/authservice/",
            ["PUBLIC_URL"] = "https://gw.example.test",
            ["SESSION_REFRESH_MIN_INTERVAL"] = "30s",
            ["SESSION_STORE_TYPE"] = "redis",
            ["SESSION_STORE_REDIS_ADDR"] = "redis.example.test:6379",
            ["STRICT_SESSION_VALIDATION"] = isStrict ? "true" : "false",
        };
        if (grace is not null)
        {
            settings["PROVIDER_OUTAGE_GRACE"] = grace;
        }

        var read = SettingsReader.Read(settings, []);
        return read.Options ?? throw new InvalidOperationException(string.Join('\n', read.Errors));
    }
}
