namespace AuthGateway.Tests.Refresh;

/// <summary>OIDC Core §12.2: whose tokens a refresh may bring, and what is read from them.</summary>
public class RefreshedClaimsTests
{
    [Theory]
    [InlineData("sub", "sub-mallory")]
    [InlineData("nonce", "another-nonce")]
    public async Task Contradicting_ID_token_ends_the_session(string claim, string value)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.EditIdToken = (_, claims) => claims[claim] = value;

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));

        await rig.EndsAsync();
    }

    [Theory]
    [InlineData("iss", "https://other.example.test")]
    [InlineData("aud", "another-client")]
    public async Task Invalid_ID_token_changes_no_claim(string claim, string value)
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        rig.Provider.EditIdToken = (_, claims) => claims[claim] = value;
        rig.Provider.User = ProviderUser.Alice with { Email = "mallory@example.test" };

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.LoggedAsync("id_token_invalid");

        await rig.UseAfterAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["alice@example.test"], rig.Gateway.Upstream.Last.AllFolded("kubeflow-userid"));

        // Its rotated refresh token was kept all the same.
        rig.Provider.EditIdToken = (_, _) => { };
        await rig.UseAfterAsync(TimeSpan.FromMinutes(10));
        await rig.RefreshesAsync(2);
        Assert.False(rig.Provider.Logins.Last().IsDead);
    }

    [Fact]
    public async Task Unsigned_ID_token_changes_no_claim()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.SignIdToken = (header, claims) =>
        {
            header["alg"] = "none";
            return $"{Jwt.Encode(System.Text.Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Jwt.Encode(System.Text.Encoding.UTF8.GetBytes(claims.ToJsonString()))}.";
        };

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));

        await rig.LoggedAsync("id_token_invalid");
        Assert.Equal(200, await rig.StatusAsync());
    }

    [Fact]
    public async Task Provider_that_sends_no_ID_token_renews_groups_by_userinfo()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SendsIdToken = false });
        rig.Provider.User = ProviderUser.Alice with { Groups = ["leads"] };

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(1);

        await Deadline.UntilAsync(
            async () =>
            {
                await rig.GetAsync();
                return rig.Gateway.Upstream.Last.AllFolded("kubeflow-groups") is ["leads"];
            },
            "new groups upstream");
    }

    [Fact]
    public async Task Person_whose_user_id_is_gone_is_asked_to_log_in_and_told_there()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600 });
        rig.Provider.User = ProviderUser.Alice with { Email = null };

        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));

        await rig.EndsAsync();
        var (answer, _) = await rig.Browser.VisitAsync(rig.Gateway.PublicUrl + "/app");
        Assert.Equal((403, "claim_missing"), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Renewed_session_survives_a_restart_with_its_new_claims()
    {
        await using var rig = await RefreshRig.StartAsync(new RefreshRules { AccessSeconds = 600, SingleUse = true });
        rig.Provider.User = ProviderUser.Alice with { Groups = ["leads"] };
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(1);

        await rig.Gateway.RestartAsync();

        Assert.Equal(200, await rig.StatusAsync());
        Assert.Equal(["leads"], rig.Gateway.Upstream.Last.AllFolded("kubeflow-groups"));
        await rig.UseAfterAsync(TimeSpan.FromSeconds(590));
        await rig.RefreshesAsync(2);
    }
}
