using System.Text.RegularExpressions;

namespace AuthGateway.Tests.Packaging;

public sealed class DockerfileTests
{
    private static readonly string[] Lines = Repository.Read("Dockerfile").ReplaceLineEndings("\n").Split('\n');

    [Fact]
    public void The_image_has_two_stages_on_the_official_bases()
    {
        var bases = Lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToArray();

        Assert.Equal(["mcr.microsoft.com/dotnet/sdk:10.0", "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled"], bases);
    }

    [Fact]
    public void The_user_is_a_number_and_the_same_as_in_the_manifests_and_the_store()
    {
        var user = Assert.Single(Lines, line => line.StartsWith("USER ", StringComparison.Ordinal))["USER ".Length..];

        Assert.Matches(@"^[1-9]\d*:[1-9]\d*$", user);
        Assert.Contains(Lines, line => line == $"COPY --from=build --chown={user} /store /var/lib/authservice");
        Assert.Contains($"runAsUser: {user.Split(':')[0]}", Repository.Read("manifests/base/stateful-set.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_gateway_enters_the_build()
    {
        Assert.DoesNotContain(Lines, line => Regex.IsMatch(line, @"^(COPY|ADD)\b") && Regex.IsMatch(line, @"Quickstart|tests| config| \. "));
        Assert.DoesNotContain("!config", Repository.Read(".dockerignore"), StringComparison.Ordinal);
        Assert.Equal("**", Repository.Read(".dockerignore").ReplaceLineEndings("\n").Split('\n').First(line => !line.StartsWith('#')));
    }

    [Fact]
    public void The_binary_itself_is_process_one_so_that_a_stop_signal_reaches_it()
    {
        Assert.Contains("ENTRYPOINT [\"/app/auth-gateway\"]", Lines);
        Assert.Contains("EXPOSE 8080 8081 8082", Lines);
    }
}
