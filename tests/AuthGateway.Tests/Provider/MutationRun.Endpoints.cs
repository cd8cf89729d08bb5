using AuthGateway.Oidc.Provider;
using AuthGateway.Tests.Authentication;

namespace AuthGateway.Tests.Provider;

/// <summary>Endpoints that are asked beside a login: signed userinfo, revocation, pushed requests.</summary>
internal sealed partial class MutationRun
{
    private async Task<(int, string)> SignedAsync()
    {
        await FillAsync();
        var header = Rig.Provider.Header();
        var claims = _good["userinfo"].DeepClone().AsObject();
        claims["iss"] = Rig.Provider.Issuer;
        var what = Edit(header, claims);
        Rig.Provider.Faults["userinfo"] = Fault.Answer(200, Cut(Jwt.SignRs256(header, claims, Rig.Provider.Key)), "application/jwt");
        var (answer, _) = await Rig.NewBrowser().VisitAsync(Rig.PublicUrl + "/app");
        return (answer.Status, what);
    }

    // A logout gives the refresh token back.
    private async Task<(int, string)> RevokeAsync()
    {
        Rig.Provider.Refresh = new RefreshRules();
        var leaving = await Rig.LogInWithoutUpstreamAsync();
        Rig.Provider.Refresh = new RefreshRules { IsOffered = false };
        var mutation = Mutate("revoke");
        var answer = await leaving.SendAsync("POST", Rig.PublicUrl + "/authservice/logout", [new("Origin", Rig.PublicUrl), new("Sec-Fetch-Site", "same-origin")]);
        return (answer.Status, mutation.ToString());
    }

    // For one login the provider demands pushed requests.
    private async Task<(int, string)> PushAsync()
    {
        var metadata = Rig.Server.Services.GetRequiredService<ProviderMetadata>();
        var edit = Rig.Provider.EditDiscovery;
        Rig.Provider.EditDiscovery = document =>
        {
            document["pushed_authorization_request_endpoint"] = Rig.Provider.Issuer + "/par";
            document["require_pushed_authorization_requests"] = true;
        };
        await metadata.TryFetchAsync(CancellationToken.None);
        var mutation = Mutate("par");
        var visit = await Rig.NewBrowser().GetAsync(Rig.PublicUrl + "/app");
        Rig.Provider.EditDiscovery = edit;
        await metadata.TryFetchAsync(CancellationToken.None);
        return (visit.Status, mutation.ToString());
    }
}
