using AuthGateway.Access;
using AuthGateway.Sessions;

namespace AuthGateway.Configuration;

/// <summary>
/// All settings, parsed and validated once at start. Created only by <see cref="SettingsReader"/>.
/// </summary>
internal sealed record GatewayOptions
{
    public required ProviderOptions Provider { get; init; }
    public required UrlOptions Urls { get; init; }
    public required ServerOptions Server { get; init; }
    public required SessionOptions Session { get; init; }
    public required IdentityOptions Identity { get; init; }
    public required AccessOptions Access { get; init; }
    public required PageOptions Pages { get; init; }
    public BrowserOptions Browser { get; init; } = new();
}
