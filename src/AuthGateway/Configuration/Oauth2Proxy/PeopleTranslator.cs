using System.Text.Json;

namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// Who may pass: e-mail domains, groups, and the rules of single providers. What cannot be kept
/// refuses the start.
/// </summary>
internal static class PeopleTranslator
{
    // Restrictions that only one provider has. Without them everyone of the provider would pass.
    private static readonly string[] OtherRestrictions =
    [
        "allowed_roles", "keycloak_groups", "github_org", "github_team", "github_repo", "github_users",
        "gitlab_groups", "gitlab_projects", "google_group", "google_groups", "bitbucket_team", "bitbucket_repository",
        "entra_id_allowed_tenants",
    ];

    // They serve the rules above.
    private static readonly string[] Helpers =
    [
        "azure_tenant", "azure_graph_group_field", "github_token", "google_admin_api_user_scope", "google_admin_email",
        "google_service_account_json", "google_target_principal", "google_use_application_default_credentials",
        "google_use_organization_id",
    ];

    public static void Translate(ForeignOptions options, Translation to)
    {
        EmailDomains(options, to);
        Groups(options, to);
        foreach (var name in OtherRestrictions.Where(name => options.Text(name) is not null))
        {
            to.Refuse(
                options.Label(name),
                "restricts who may pass, and has no counterpart; bring the restriction into a claim of the token and "
                + "name its values in GROUPS_ALLOWLIST (docs/migration-from-oauth2-proxy.md)",
                "GROUPS_ALLOWLIST");
        }

        foreach (var name in Helpers.Where(name => options.Text(name) is not null))
        {
            to.Note(options.Label(name), "no meaning here: no directory is asked, only claims are read");
        }

        Claims(options, to);
    }

    /// <summary>
    /// Refuses the start where a restriction would be ignored because variables are not read.
    /// </summary>
    public static void RefuseUnread(ForeignOptions options, Translation to)
    {
        const string problem =
            "restricts who may pass, and is not read beside OIDC_PROVIDER; write EMAIL_DOMAINS or GROUPS_ALLOWLIST, or "
            + "remove it";
        string[] names = ["allowed_groups", "authenticated_emails_file", .. OtherRestrictions];
        foreach (var name in names.Where(name => options.Text(name) is not null))
        {
            to.Refuse(options.Label(name), problem, "EMAIL_DOMAINS", "GROUPS_ALLOWLIST");
        }

        if (options.Has("email_domains") && !options.List("email_domains").Contains("*"))
        {
            to.Refuse(options.Label("email_domains"), problem, "EMAIL_DOMAINS");
        }
    }

    private static void EmailDomains(ForeignOptions options, Translation to)
    {
        var label = options.Label("email_domains");
        var domains = options.List("email_domains");
        var hasFile = options.Text("authenticated_emails_file") is not null;
        if (domains.Contains("*"))
        {
            to.Set("EMAIL_DOMAINS", "*", label);
        }
        else if (domains.Any(domain => domain.Length == 0))
        {
            to.Refuse(label, "has an empty entry; write the domains, or * for every address", "EMAIL_DOMAINS");
        }
        else if (domains.FirstOrDefault(domain => domain.Any(c => c == ',' || char.IsWhiteSpace(c))) is { } odd)
        {
            to.Refuse(label, $"'{odd}' is no domain: it holds a blank or a comma", "EMAIL_DOMAINS");
        }
        else if (domains.Count > 0)
        {
            to.Set("EMAIL_DOMAINS", string.Join(',', domains), label);
        }
        else if (!hasFile)
        {
            to.Refuse(
                label,
                "is not set, and oauth2-proxy does not start without it; write * if everyone may pass",
                "EMAIL_DOMAINS");
        }

        if (hasFile && domains.Contains("*"))
        {
            to.Note(options.Label("authenticated_emails_file"), "restricts nothing, as there: email_domains has *");
        }
        else if (hasFile)
        {
            to.Refuse(
                options.Label("authenticated_emails_file"),
                "a list of single addresses is not read; write EMAIL_DOMAINS or GROUPS_ALLOWLIST",
                "EMAIL_DOMAINS", "GROUPS_ALLOWLIST");
        }

        to.Set(
            "EMAIL_VERIFIED_REQUIRED",
            options.Flag("insecure_oidc_allow_unverified_email", absent: false, doubtful: false)
                ? null
                : "unless-absent",
            options.Label("insecure_oidc_allow_unverified_email"));
    }

    // A name with * or ? would be a pattern here, and * alone is every user.
    private static void Groups(ForeignOptions options, Translation to)
    {
        var label = options.Label("allowed_groups");
        var groups = options.List("allowed_groups");
        if (groups.Count == 0)
        {
            return;
        }

        if (groups.FirstOrDefault(group => group.Trim().Length == 0 || group.AsSpan().ContainsAny('*', '?')) is { } odd)
        {
            to.Refuse(
                label,
                odd.Trim().Length == 0
                    ? "has an empty name, which oauth2-proxy takes for every group; remove it, or write "
                        + "GROUPS_ALLOWLIST=*"
                    : $"'{odd}' would be a pattern here; write GROUPS_ALLOWLIST",
                "GROUPS_ALLOWLIST");
            return;
        }

        var isPlain = groups.All(group =>
            group.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '/' or ':' or '.'));
        to.Set("GROUPS_ALLOWLIST", isPlain ? string.Join(',', groups) : JsonSerializer.Serialize(groups), label);
    }

    private static void Claims(ForeignOptions options, Translation to)
    {
        var email = options.Text("oidc_email_claim");
        var user = options.Text("user_id_claim");
        var claim = email is null or "email" ? user ?? email : email;
        var label = claim == email ? options.Label("oidc_email_claim") : options.Label("user_id_claim");
        to.Set("USERID_CLAIM", claim, label);
        to.Set("EMAIL_CLAIM", claim, label);
        to.Set("GROUPS_CLAIM", options.Text("oidc_groups_claim"), options.Label("oidc_groups_claim"));
    }
}
