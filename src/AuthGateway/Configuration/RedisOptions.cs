namespace AuthGateway.Configuration;

/// <summary>Connection settings of Redis or Valkey, for <c>SESSION_STORE_TYPE=redis</c>.</summary>
internal sealed record RedisOptions
{
    /// <summary>
    /// <c>SESSION_STORE_REDIS</c>, a StackExchange.Redis configuration string, or
    /// <c>SESSION_STORE_REDIS_ADDR</c>; may contain a password.
    /// </summary>
    public required SecretSource Configuration { get; init; }

    /// <summary>
    /// <c>SESSION_STORE_REDIS_PWD</c>; read again at each connect. Empty = none, or the one in the
    /// configuration string.
    /// </summary>
    public SecretSource Password { get; init; } = SecretSource.Empty;

    /// <summary>
    /// <c>SESSION_STORE_REDIS_DB</c>; <c>null</c> = the one of the configuration string, else 0.
    /// </summary>
    public int? Database { get; init; }

    /// <summary><c>SESSION_STORE_REDIS_PREFIX</c>, default <c>authgateway:</c>.</summary>
    public string Prefix { get; init; } = "authgateway:";

    /// <summary>
    /// <c>CA_BUNDLE</c>: trusted in addition to the system's roots when Redis uses TLS.
    /// </summary>
    public string? CaBundle { get; init; }
}
