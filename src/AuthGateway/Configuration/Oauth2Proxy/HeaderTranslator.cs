namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>
/// The headers that name the user: towards an upstream <c>X-Forwarded-*</c>, towards a proxy that
/// asks <c>X-Auth-Request-*</c>.
/// </summary>
internal static class HeaderTranslator
{
    public static void Translate(ForeignOptions options, Translation to)
    {
        var isInline = options.List("upstreams").Any(entry =>
            entry.Length > 0 && !ServerTranslator.IsStatic(entry));
        var passesUser = options.Flag("pass_user_headers", absent: true, doubtful: true);
        var isAsked = options.Flag("set_xauthrequest", absent: false, doubtful: false);
        var passesToken = options.Flag("pass_authorization_header", absent: false, doubtful: false);
        var answersToken = options.Flag("set_authorization_header", absent: false, doubtful: false);
        var prefersEmail = options.Flag("prefer_email_to_user", absent: false, doubtful: false);
        var family = isInline ? "X-Forwarded-" : "X-Auth-Request-";
        var label = options.Label(isInline ? "pass_user_headers" : "set_xauthrequest");

        // In-line the names are always set: a header that is set cannot be a client's.
        to.Set("USERID_HEADER", family + (prefersEmail ? "User" : "Email"), label);
        to.Set("GROUPS_HEADER", family + "Groups", label);
        to.Set(
            "CLAIM_HEADERS",
            (prefersEmail ? "" : $"sub:{family}User,") + $"preferred_username:{family}Preferred-Username",
            label);
        to.Set("FORWARD_ID_TOKEN", (isInline ? passesToken : answersToken) ? "true" : "false", options.Label(
            isInline ? "pass_authorization_header" : "set_authorization_header"));
        if (!isInline)
        {
            to.Set("EXT_AUTHZ_UPSTREAM_HEADERS", Copied(answersToken, prefersEmail), label);
            NoteChecks(options, to, isAsked, passesToken);
            return;
        }

        if (isAsked || answersToken)
        {
            to.Note(
                options.Label(isAsked ? "set_xauthrequest" : "set_authorization_header"),
                "not done: a browser gets no identity headers and no token in an answer");
        }

        if (!passesUser)
        {
            to.Note(options.Label("pass_user_headers"), "not done: the upstream is told the user, as there");
        }
    }

    // The list of Kubeflow's mesh configuration: what Envoy takes from an allowing answer. Every
    // other identity header is removed by Envoy.
    private static string Copied(bool hasToken, bool prefersEmail) =>
        (hasToken ? "authorization," : "")
        + (prefersEmail ? "" : "x-auth-request-email,")
        + "x-auth-request-groups,x-auth-request-user";

    private static void NoteChecks(ForeignOptions options, Translation to, bool isAsked, bool passesToken)
    {
        if (!isAsked)
        {
            to.Note(
                options.Label("set_xauthrequest"),
                "the answers to checks carry X-Auth-Request-* although it is false; a proxy copies only what it names");
        }

        if (passesToken)
        {
            to.Note(
                options.Label("pass_authorization_header"),
                "for an upstream; checks have set_authorization_header");
        }

        to.Note(
            options.Label("upstreams"),
            "no upstream: checks are answered (Envoy); Envoy must copy exactly EXT_AUTHZ_UPSTREAM_HEADERS, a "
            + "name that it "
            + "does not copy could be a client's own");
    }
}
