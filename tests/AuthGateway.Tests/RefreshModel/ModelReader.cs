using AuthGateway.Access;
using AuthGateway.Oidc.Refresh;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>Userinfo after a refresh: mostly good, sometimes slow, sometimes in trouble, sometimes an answer that is refused.</summary>
internal sealed class ModelReader(World world, Setup setup, Replica replica) : IRefreshReader
{
    public async Task<RefreshReading> ReadAsync(SessionPayload before, RefreshResponse.Tokens answer)
    {
        var done = new TaskCompletionSource();
        world.At(world.Chance(0.9) ? world.Between(0, 100) : world.Between(100, 5000), replica, done.SetResult);
        await done.Task;
        var kept = new KeptRefreshToken(answer.RefreshToken, answer.RefreshExpiresIn);
        var tokens = new ValidatedTokens(answer.AccessToken, null, answer.ExpiresIn, kept);
        return world.Random.NextDouble() switch
        {
            var luck when luck < setup.Trouble * 0.05 => new RefreshReading.Unread(tokens, "userinfo_failed"),
            var luck when luck < setup.Trouble * 0.1 && !setup.IsStrict => new RefreshReading.Unusable(kept, "id_token_invalid"),
            _ => new RefreshReading.Renewed(tokens, before.Identity),
        };
    }

    public Task<RefreshReading> ConfirmAsync(SessionPayload before) => throw new NotSupportedException();
}
