namespace AuthGateway.Quickstart;

/// <summary>The look of the quickstart's pages, light and dark.</summary>
internal static class PlainStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --line: #8886; --accent: #1a5fb4; }
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 2rem 1rem; }
        main { max-width: 40rem; margin: 0 auto; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
        label { display: block; margin-top: 1rem; font-weight: 600; }
        input:not([type=hidden]) { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; margin-top: .25rem; border: 1px solid #888; border-radius: .3rem; }
        button { font: inherit; margin-top: 1.25rem; padding: .6rem 1.4rem; border: 0; border-radius: .3rem; background: var(--accent); color: #fff; cursor: pointer; }
        :focus-visible { outline: 3px solid #e5a50a; outline-offset: 2px; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        .error { border-left: .3rem solid #c01c28; padding: .5rem .8rem; background: #c01c2822; } .note { opacity: .8; } .hidden { position: absolute; clip-path: inset(50%); }
        """;
}
