using AuthGateway.Configuration.Rules;
using AuthGateway.Sessions;

namespace AuthGateway.Configuration.Warnings;

/// <summary>What protects the sessions of a store that others reach too.</summary>
internal static class StoreRisks
{
    public static void Write(SettingValues values, GatewayOptions options)
    {
        if (options.Session.Redis is null || options.Session.Secrets.Current.Count > 0)
        {
            return;
        }

        if (options.Provider.ClientSecrets.Current.Select(SecretStrength.Weakness).FirstOrDefault(weakness => weakness is not null) is { } weakness)
        {
            values.Warn("SESSION_SECRET", $"not set, so with Redis CLIENT_SECRET alone protects sessions and login states, and it {weakness}: whoever knows it forges login states, and with access to Redis sessions of anybody; set SESSION_SECRET (openssl rand -base64 48), the same on all replicas. Everybody logs in once more");
        }
    }
}
