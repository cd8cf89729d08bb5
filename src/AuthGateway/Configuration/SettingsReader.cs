using AuthGateway.Access;
using AuthGateway.Configuration.Choices;
using AuthGateway.Configuration.Oauth2Proxy;
using AuthGateway.Configuration.Readers;
using AuthGateway.Configuration.Rules;
using AuthGateway.Configuration.Warnings;
using AuthGateway.Sessions;

namespace AuthGateway.Configuration;

/// <summary>
/// Reads all settings into <see cref="GatewayOptions"/>. Reports all problems together and never
/// prints a secret.
/// </summary>
internal static class SettingsReader
{
    /// <summary>Reads all settings.</summary>
    /// <param name="environment">
    /// The process environment; takes precedence over files. Only names of the catalogue are read.
    /// </param>
    /// <param name="files">Env files in order; a later file takes precedence.</param>
    public static SettingsResult Read(IReadOnlyDictionary<string, string> environment, IReadOnlyList<EnvFile> files)
    {
        var translation = Oauth2ProxyReader.Read(environment, files);
        var values = new SettingValues(new SettingSource(With(environment, translation), files));
        values.Errors.AddRange(translation.Errors);
        values.Warnings.AddRange(translation.Warnings);
        values.Notes.AddRange(translation.Notes);
        UnknownSettings.Write(values, environment, files);
        var legacy = LegacyProfile.Apply(values);
        var urls = UrlReader.Read(values);
        var identity = IdentityReader.Read(values);
        var session = SessionReader.Read(values) with
        {
            KeepsIdToken = identity.ForwardIdToken || identity.UserIdTokenHeader is not null,
        };
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
        CheckCombinations(values, options);
        return new SettingsResult(
            values.Errors.Count == 0 ? options : null, Distinct(values.Errors), Distinct(values.Warnings))
        {
            Effective = EffectiveSettings.Print(values),
            Notes = Distinct(values.Notes),
        };
    }

    // A translated setting takes the place of an empty one: an empty GROUPS_ALLOWLIST would
    // otherwise undo allowed_groups.
    private static IReadOnlyDictionary<string, string> With(
        IReadOnlyDictionary<string, string> environment, Translation translation)
    {
        if (translation.Settings.Count == 0)
        {
            return environment;
        }

        var all = new Dictionary<string, string>(environment, StringComparer.Ordinal);
        foreach (var setting in translation.Settings)
        {
            all[setting.Name] = setting.Value;
        }

        return all;
    }

    /// <summary>Checks rules that involve several groups of settings.</summary>
    private static void CheckCombinations(SettingValues values, GatewayOptions options)
    {
        var hasExtAuthz = options.Server.AnswersChecks;
        SettingsWarnings.Write(values, options);
        StoreRisks.Write(values, options);
        HeaderRules.CheckManaged(values, options.Identity, options.Access, hasExtAuthz);
        if (hasExtAuthz && options.Identity.GroupsFormat == GroupsFormat.Repeat)
        {
            values.Error(
                "GROUPS_FORMAT",
                "repeat is for in-line mode alone: Envoy keeps the last of repeated headers; use comma or json");
        }
    }

    private static List<string> Distinct(List<string> lines) => [.. lines.Distinct(StringComparer.Ordinal)];
}
