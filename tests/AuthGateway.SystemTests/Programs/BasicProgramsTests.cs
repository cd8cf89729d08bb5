using System.Text.RegularExpressions;
using AuthGateway.SystemTests.Parts;

namespace AuthGateway.SystemTests.Programs;

/// <summary>The lines of docs/basic-clients.md with the real git, skopeo, rclone and Mercurial against the published gateway.</summary>
public sealed partial class BasicProgramsTests(GatewayBinary binary)
{
    [Fact]
    public async Task Git_clones_with_a_session_value_as_the_password()
    {
        RealPart.Program("GIT_HOME", "git", "git");
        await using var upstream = await ProgramsUpstream.StartAsync();
        await using var stage = await StartAsync(upstream.Address, ("BASIC_AUTHN_ENABLED", "true"));
        await upstream.MakeRepositoryAsync();

        await stage.RunAsync(Block("git"));

        Assert.Equal("hello\n", await File.ReadAllTextAsync(stage.Folder.File("copy/hello.txt"), TestContext.Current.CancellationToken));
        Assert.All(upstream.Requests.Where(request => request.Path != "/start"), request => Assert.Equal(("alice@example.test", ""), (request.User, request.Authorization)));
    }

    [Fact]
    public async Task Git_is_refused_while_the_setting_is_off()
    {
        RealPart.Program("GIT_HOME", "git", "git");
        await using var upstream = await ProgramsUpstream.StartAsync();
        await using var stage = await StartAsync(upstream.Address);
        await upstream.MakeRepositoryAsync();

        await stage.FailAsync(Block("git"));

        Assert.DoesNotContain(upstream.Requests, request => request.Path.StartsWith("/repo.git", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Skopeo_logs_in_and_reads_an_image()
    {
        RealPart.Program("SKOPEO_HOME", "skopeo", "skopeo");
        await using var upstream = await ProgramsUpstream.StartAsync();
        await using var stage = await StartAsync(upstream.Address, ("BASIC_AUTHN_ENABLED", "true"));

        // The page's registry speaks https.
        var output = await stage.RunAsync(
            Block("skopeo, podman, docker").Replace("skopeo login", "skopeo login --tls-verify=false", StringComparison.Ordinal)
                .Replace("skopeo inspect", "skopeo inspect --tls-verify=false", StringComparison.Ordinal));

        Assert.Contains("Login Succeeded", output, StringComparison.Ordinal);
        Assert.Contains("schemaVersion", output, StringComparison.Ordinal);
        Assert.DoesNotContain(upstream.Requests, request => request.Authorization.Length > 0);
    }

    [Fact]
    public async Task Rclone_lists_and_curl_reads_over_webdav()
    {
        RealPart.Program("RCLONE_HOME", "rclone", "rclone");
        await using var upstream = await ProgramsUpstream.StartAsync();
        await using var stage = await StartAsync(upstream.Address, ("BASIC_AUTHN_ENABLED", "true"));

        var output = await stage.RunAsync(Block("rclone and other WebDAV programs"));

        Assert.Contains("hello.txt", output, StringComparison.Ordinal);
        Assert.Contains("hello over webdav", output, StringComparison.Ordinal);
        Assert.Contains(upstream.Requests, request => request is { Method: "PROPFIND", User: "alice@example.test", Authorization: "" });
    }

    [Fact]
    public async Task Mercurial_clones_from_its_own_server()
    {
        var program = RealPart.Program("HG_HOME", "hg", "mercurial");
        using var folder = new TempFolder("hg-server");
        await ChildProcess.RunAsync("/bin/sh", ["-ec", $"cd {folder.Path}; hg init .; echo hello > hello.txt; hg --config ui.username=t commit -qAm first"], limitSeconds: 60);
        var port = Ports.Free();
        await using var server = ChildProcess.Start(program, ["serve", "-R", folder.Path, "-a", "127.0.0.1", "-p", $"{port}"]);
        await using var stage = await StartAsync($"http://127.0.0.1:{port}/", ("BASIC_AUTHN_ENABLED", "true"));

        await stage.RunAsync(Block("Mercurial"));

        Assert.Equal("hello\n", await File.ReadAllTextAsync(stage.Folder.File("copy/hello.txt"), TestContext.Current.CancellationToken));
    }

    private Task<ProgramsStage> StartAsync(string upstream, params (string, string)[] more) => ProgramsStage.StartAsync(binary, upstream, more);

    private static string Block(string heading)
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "basic-clients.md"));
        var section = page[page.IndexOf($"\n## {heading}\n", StringComparison.Ordinal)..];
        return Shell().Match(section).Groups[1].Value;
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();
}
