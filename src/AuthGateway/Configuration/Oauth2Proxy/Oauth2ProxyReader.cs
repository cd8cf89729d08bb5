using AuthGateway.Configuration.Rules;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// Reads settings that were written for oauth2-proxy: the file that <c>OAUTH2_PROXY_CONFIG</c>
/// names, and its variables. Variables alone are not read beside <c>OIDC_PROVIDER</c>: left over
/// from before, they would change a gateway that has settings of its own.
/// </summary>
internal static class Oauth2ProxyReader
{
    /// <summary>
    /// Translates what is set. Without any option of oauth2-proxy the result is empty.
    /// </summary>
    public static Translation Read(IReadOnlyDictionary<string, string> environment, IReadOnlyList<EnvFile> files)
    {
        var own = new SettingSource(environment, files);
        var translation = new Translation(own);
        var options = new ForeignOptions();
        var path = own.Find(Oauth2ProxyNames.FileSetting) is { Length: > 0 } named ? named : null;
        if (path is not null)
        {
            translation.Errors.AddRange(TomlOptions.Read(path, options));
        }

        List<string> unknown = [];
        foreach (var variables in files.Select(file => file.Values).Append(environment))
        {
            unknown.AddRange(VariableOptions.Read(variables, options));
        }

        if (path is null && own.IsWritten("OIDC_PROVIDER"))
        {
            NameUnread(options, unknown, translation);
            return translation;
        }

        NameUnknown(unknown, translation);
        Translate(options, translation);
        return translation;
    }

    private static void NameUnread(ForeignOptions options, List<string> unknown, Translation translation)
    {
        var names = options.Names.Select(options.Label).Concat(unknown)
            .Distinct().Order(StringComparer.Ordinal).ToList();
        if (names.Count > 0)
        {
            translation.Warn(
                names[0],
                $"{(names.Count == 1 ? "a setting" : $"and {names.Count - 1} more are settings")} of oauth2-proxy, "
                + "not read; docs/migration-from-oauth2-proxy.md says what to write instead");
        }

        PeopleTranslator.RefuseUnread(options, translation);
    }

    private static void NameUnknown(List<string> unknown, Translation translation)
    {
        foreach (var name in unknown.Distinct(StringComparer.Ordinal))
        {
            var right = Oauth2ProxyNames.Nearest(name[VariableOptions.Prefix.Length..]);
            translation.Warn(
                name,
                "no option of oauth2-proxy, not read"
                + (right is null ? "" : $"; did you mean {VariableOptions.Prefix}{right.ToUpperInvariant()}?"));
        }
    }

    /// <summary>Translates every option; one that no translator reads is an error.</summary>
    public static void Translate(ForeignOptions options, Translation translation)
    {
        if (options.IsEmpty)
        {
            return;
        }

        if (options.Text("alpha_config") is not null)
        {
            translation.Refuse(options.Label("alpha_config"), Oauth2ProxyNames.AlphaRefusal);
        }

        ProviderTranslator.Translate(options, translation);
        PeopleTranslator.Translate(options, translation);
        AccessTranslator.Translate(options, translation);
        SessionTranslator.Translate(options, translation);
        ServerTranslator.Translate(options, translation);
        HeaderTranslator.Translate(options, translation);
        foreach (var name in options.Padded)
        {
            translation.Refuse(
                options.Label(name),
                "has a blank beside a comma, which oauth2-proxy takes for a part of the entry; remove the blank");
        }

        foreach (var name in options.Unread.ToList())
        {
            if (Oauth2ProxyNames.WithoutMeaning.TryGetValue(name, out var remark))
            {
                translation.Note(options.Label(name), remark);
            }
            else
            {
                translation.Refuse(options.Label(name), "is not understood in this place; remove it");
            }
        }
    }
}
