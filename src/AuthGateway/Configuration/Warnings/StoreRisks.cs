using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions;

namespace AuthGateway.Configuration.Warnings;

/// <summary>
/// Warns when the sessions of a shared store are protected only by a weak client secret.
/// </summary>
internal static class StoreRisks
{
    public static void Write(SettingValues values, GatewayOptions options)
    {
        if (options.Session.Redis is null || options.Session.Secrets.Current.Count > 0)
        {
            return;
        }

        var weaknesses = options.Provider.ClientSecrets.Current.Select(SecretStrength.Weakness);
        if (weaknesses.FirstOrDefault(weakness => weakness is not null) is { } weakness)
        {
            values.Warn(
                "SESSION_SECRET",
                $"not set, so with Redis CLIENT_SECRET alone protects sessions and login states, and it {weakness}: "
                + "whoever knows it forges login states, and with access to Redis sessions of anybody; set "
                + "SESSION_SECRET (openssl rand -base64 48), the same on all replicas. Everybody logs in once more");
        }
    }
}
