using AuthGateway.Oidc.Refresh;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>What became of a refresh token that was sent.</summary>
internal enum Fate { UnderWay, NotTaken, Taken, Refused, AnswerLost }

/// <summary>A refresh token on its way.</summary>
internal sealed class Send(Replica sender, string token, long at)
{
    private readonly TaskCompletionSource<RefreshResponse> _answer = new();

    public Replica Sender { get; } = sender;

    public string Token { get; } = token;

    /// <summary>Milliseconds.</summary>
    public long At { get; } = at;

    public Fate Fate { get; set; }

    /// <summary>When the sender had its answer, milliseconds; 0 = not yet.</summary>
    public long DeliveredAt { get; private set; }

    /// <summary>The sender has given up waiting.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>The sender was cut from the store since.</summary>
    public bool WasCut { get; set; }

    /// <summary>What it brought, or that it brought nothing, is in the store.</summary>
    public bool IsSettled { get; set; }

    public Task<RefreshResponse> Answer => _answer.Task;

    public void Deliver(RefreshResponse answer)
    {
        if (_answer.TrySetResult(answer))
        {
            DeliveredAt = Sender.World.Now;
            Sender.World.Tell($"{Sender}: {Token} answered {answer.GetType().Name}");
        }
    }

    public void GiveUp()
    {
        IsGivenUp = true;
        Deliver(new RefreshResponse.Error("timeout", MayBeSpent: true));
    }
}
