using AuthGateway.Oidc.Refresh;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>The way of one replica to the provider; with the guards of the call itself.</summary>
internal sealed class ModelCall(World world, Schedule schedule, Replica replica) : IRefreshCall
{
    public async Task<RefreshResponse> SendAsync(string refreshToken, CancellationToken hangUp)
    {
        var send = new Send(replica, refreshToken, world.Now);
        schedule.Judge(send);
        schedule.Provider.Sends.Add(send);
        schedule.Provider.Arrive(send);
        await using var given = hangUp.Register(send.GiveUp);
        if (schedule.Off == Guard.LongCall)
        {
            world.At(10_000, replica, () => send.Deliver(new RefreshResponse.Error("timeout", MayBeSpent: true)));
        }

        var answer = await send.Answer;
        return answer is RefreshResponse.Error trouble && schedule.Off == Guard.LostAnswer ? trouble with { MayBeSpent = false } : answer;
    }
}
