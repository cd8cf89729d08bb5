namespace AuthGateway.Tests.RefreshModel;

// What happens, drawn from the seed.
internal sealed partial class Schedule
{
    private void PlanUses(long horizon)
    {
        for (var at = _world.Between(0, Setup.Rest); at < horizon; at += _world.Between(Setup.Rest / 10, Setup.Rest))
        {
            _world.At(at, null, () =>
            {
                var replica = _replicas[_world.Random.Next(_replicas.Count)];
                _world.At(0, replica, () => _ = replica.UseAsync());
            });
        }
    }

    private void PlanTrouble(long horizon)
    {
        var count = (int)(Setup.Trouble * 12);
        for (var i = 0; i < count; i++)
        {
            _world.At(_world.Between(0, horizon), null, Trouble);
        }

        if (_world.Chance(0.1))
        {
            _world.At(_world.Between(0, horizon), null, () =>
            {
                _isRevoked = true;
                _world.Tell("an administrator ends the login at the provider");
                Provider.Revoke();
            });
        }

        if (_world.Chance(0.05))
        {
            _world.At(_world.Between(0, horizon), null, Empty);
        }

        if (_world.Chance(0.15))
        {
            _world.At(_world.Between(0, horizon), null, () =>
            {
                var replica = _replicas[_world.Random.Next(_replicas.Count)];
                _isLoggedOut = true;
                _world.Tell($"{replica}: logout");
                _world.At(0, replica, () => _ = replica.LogOutAsync());
            });
        }
    }

    private void Trouble()
    {
        var number = _world.Random.Next(_replicas.Count);

        // Those that hold something are the interesting ones.
        var holder = Store.Holder is { IsDead: false, IsLeaving: false } found && _world.Chance(0.5) ? _replicas.IndexOf(found) : number;
        switch (_world.Random.Next(8))
        {
            case 0:
                _replicas[holder].Kill();
                _replicas[holder] = new Replica(_world, this, 100 + holder);
                break;
            case 1:
                _world.Tell("the provider falls silent");
                Provider.SilentUntil = _world.Now + _world.Between(5_000, 400_000);
                break;
            case 2:
                _replicas[holder].Cut(_world.Between(600_000, 1_500_000));
                break;
            case 3:
                Leave(holder);
                break;
            case 4:
                RefuseWrites(_world.Chance(0.5) ? StoreMood.Full : StoreMood.ReadOnly, _world.Between(5_000, 900_000));
                break;
            default:
                _replicas[holder].Cut(_world.Between(1_000, 120_000));
                break;
        }
    }

    /// <summary>A rollout: the new replica is there at once, the old one is still asked over connections that are open.</summary>
    private void Leave(int number)
    {
        var leaving = _replicas[number];
        _replicas[number] = new Replica(_world, this, 200 + number);
        _leaving.Add(leaving);
        _world.At(0, leaving, () => _ = leaving.LeaveAsync());
        for (var i = 0; i < 4; i++)
        {
            _world.At(_world.Between(0, 10_000), leaving, () => _ = leaving.UseAsync());
        }
    }

    private void RefuseWrites(StoreMood mood, long milliseconds)
    {
        Store.Mood = mood;
        _world.Tell($"the store is {mood} for {milliseconds / 1000.0:0.0} s");
        _world.At(milliseconds, null, () =>
        {
            Store.Mood = StoreMood.Well;
            _world.Tell("the store takes writes");
        });
    }

    private void Empty()
    {
        if (Store.Row is not null)
        {
            _world.Tell("the store is restarted empty");
            Store.Empty();
            _endedAt = _world.Now;
            TellOthers(null, isEnded: true);
        }
    }
}
