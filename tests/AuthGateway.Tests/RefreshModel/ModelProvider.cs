using AuthGateway.Oidc.Refresh;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>A provider of one login: rotation, reuse detection, and calls that are slow, refused, lost on the way there or on the way back.</summary>
internal sealed class ModelProvider(World world, Setup setup)
{
    private readonly HashSet<string> _used = [];
    private int _count;

    /// <summary>The login is over there.</summary>
    public bool IsDead { get; private set; }

    /// <summary>The refresh token that is taken now.</summary>
    public string Current { get; private set; } = "token-0";

    /// <summary>When that one runs out: Unix seconds, 0 = never.</summary>
    public long RefreshEnd { get; private set; } = setup.RefreshLife == 0 ? 0 : World.Start.ToUnixTimeSeconds() + setup.RefreshLife;

    /// <summary>Until then nobody is answered, milliseconds.</summary>
    public long SilentUntil { get; set; }

    public List<Send> Sends { get; } = [];

    public bool Takes(string token) => !IsDead && (token == Current || (!setup.IsRotating && token.StartsWith("token-", StringComparison.Ordinal))) && !HasRunOut;

    private bool HasRunOut => RefreshEnd > 0 && world.NowSeconds >= RefreshEnd;

    /// <summary>An administrator ends the login.</summary>
    public void Revoke() => IsDead = true;

    public void Arrive(Send send)
    {
        world.At(Delay(), null, () =>
        {
            if (world.Now < SilentUntil || world.Chance(setup.Trouble * 0.1))
            {
                Stumble(send);
                return;
            }

            var answer = Answer(send);
            if (world.Chance(setup.Trouble * 0.1))
            {
                // The answer is lost on its way back.
                send.Fate = Fate.AnswerLost;
                world.At(world.Between(10, 5000), send.Sender, () => send.Deliver(new RefreshResponse.Error("connection_reset", MayBeSpent: true)));
                return;
            }

            world.At(Delay(), send.Sender, () => send.Deliver(answer));
        });
    }

    private void Stumble(Send send)
    {
        switch (world.Random.Next(4))
        {
            case 0:
                send.Fate = Fate.NotTaken;
                world.At(world.Between(1, 500), send.Sender, () => send.Deliver(new RefreshResponse.Error("unreachable")));
                break;
            case 1:
                send.Fate = Fate.NotTaken;
                world.At(world.Between(1, 500), send.Sender, () => send.Deliver(new RefreshResponse.Error("http_503")));
                break;
            case 2:
                // It is lost on its way there, which the sender cannot know.
                send.Fate = Fate.AnswerLost;
                world.At(world.Between(1, 9000), send.Sender, () => send.Deliver(new RefreshResponse.Error("connection_reset", MayBeSpent: true)));
                break;
            default:
                // No answer at all: the sender hangs up in the end.
                send.Fate = Fate.AnswerLost;
                break;
        }
    }

    private RefreshResponse Answer(Send send)
    {
        if (_used.Contains(send.Token))
        {
            IsDead |= setup.DetectsReuse;
            send.Fate = Fate.Refused;
            world.Tell($"provider: {send.Token} for the second time{(IsDead ? ", the login ends" : "")}");
            return new RefreshResponse.Refused("reuse");
        }

        if (!Takes(send.Token))
        {
            send.Fate = Fate.Refused;
            world.Tell($"provider: {send.Token} is not taken");
            return new RefreshResponse.Refused("not active");
        }

        send.Fate = Fate.Taken;
        RefreshEnd = setup.RefreshLife == 0 ? 0 : world.NowSeconds + setup.RefreshLife;
        if (setup.IsRotating)
        {
            _used.Add(send.Token);
            Current = $"token-{++_count}";
        }

        world.Tell($"provider: {send.Token} taken, {Current} given");
        return new RefreshResponse.Tokens($"access-{_count}-{world.Now}", Current, null, setup.AccessLife, setup.RefreshLife);
    }

    private long Delay() => world.Random.Next(100) switch
    {
        < 80 => world.Between(1, 300),
        < 90 => world.Between(1_000, 9_000),
        < 97 => world.Between(10_000, 50_000),
        _ => world.Between(50_000, 140_000),
    };
}
