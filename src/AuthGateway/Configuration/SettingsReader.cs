using AuthGateway.Access;
using AuthGateway.Configuration.Readers;
using AuthGateway.Configuration.Rules;
using AuthGateway.Configuration.Warnings;
using AuthGateway.Sessions;

namespace AuthGateway.Configuration;

/// <summary>Turns names and values into <see cref="GatewayOptions"/>: every problem at once, nothing secret in a message.</summary>
internal static class SettingsReader
{
    /// <summary>Reads all settings.</summary>
    /// <param name="environment">The real environment; wins over files. Only names of the catalogue are looked at.</param>
    /// <param name="files">Env files in order; a later file wins.</param>
    public static SettingsResult Read(IReadOnlyDictionary<string, string> environment, IReadOnlyList<EnvFile> files)
    {
        var values = new SettingValues(new SettingSource(environment, files));
        UnknownSettings.Write(values, environment, files);
        var legacy = LegacyProfile.Apply(values);
        var urls = UrlReader.Read(values);
        var identity = IdentityReader.Read(values);
        var session = SessionReader.Read(values) with { KeepsIdToken = identity.ForwardIdToken || identity.UserIdTokenHeader is not null };
        var options = new GatewayOptions
        {
            Provider = ProviderReader.Read(values),
            Urls = urls,
            Server = ServerReader.Read(values, identity.UserIdHeader),
            Session = session,
            Identity = identity,
            Access = AccessReader.Read(values, urls, legacy),
            Pages = new PageOptions
            {
                ClientName = values.Text("CLIENT_NAME", "AuthService"),
                Theme = values.Text("THEME", "kubeflow"),
                ThemesUrl = values.Text("THEMES_URL", "themes"),
                KeepFragment = values.Boolean("KEEP_FRAGMENT", false),
            },
            Browser = BrowserReader.Read(values, session),
        };
        CheckRooms(values, options);
        return new SettingsResult(values.Errors.Count == 0 ? options : null, Distinct(values.Errors), Distinct(values.Warnings))
        {
            Effective = EffectiveSettings.Print(values),
            Notes = Distinct(values.Notes),
        };
    }

    /// <summary>Rules that need more than one theme.</summary>
    private static void CheckRooms(SettingValues values, GatewayOptions options)
    {
        var hasExtAuthz = options.Server.AnswersChecks;
        SettingsWarnings.Write(values, options);
        StoreRisks.Write(values, options);
        HeaderRules.CheckManaged(values, options.Identity, options.Access, hasExtAuthz);
        if (hasExtAuthz && options.Identity.GroupsFormat == GroupsFormat.Repeat)
        {
            values.Error("GROUPS_FORMAT", "repeat is for in-line mode alone: Envoy keeps the last of repeated headers; use comma or json");
        }
    }

    private static List<string> Distinct(List<string> lines) => [.. lines.Distinct(StringComparer.Ordinal)];
}
