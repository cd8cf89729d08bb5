using AuthGateway.Sessions;
using AuthGateway.Sessions.Protection;

namespace AuthGateway.Tests.RefreshModel;

/// <summary>What the schedules of one thread share: one session's key and the seal of its row.</summary>
internal sealed class ModelFixture
{
    public ModelFixture()
    {
        var options = Setup.Draw(new Random(0)).Options;
        Sealer = new Sealer(new SessionSecrets(options, TimeProvider.System));
        Former = new FormerSession(options.Provider);
    }

    public Sealer Sealer { get; }

    public FormerSession Former { get; }

    public SessionId Id { get; } = SessionId.New();
}
