using AuthGateway.Sessions;

namespace AuthGateway.Tests.Sessions;

/// <summary>What is remembered of cookies in use is only what their hash is, and not for long.</summary>
public class SessionHashCacheTests
{
    private readonly SessionHashCache _hashes = new();

    [Fact]
    public void Known_hash_is_the_computed_one()
    {
        var id = SessionId.New();

        Assert.True(_hashes.TryHash(id.Reveal(), out var computed, out var known));
        Assert.False(known);
        _hashes.Keep(id.Reveal(), computed);

        Assert.True(_hashes.TryHash(id.Reveal(), out var remembered, out known));
        Assert.True(known);
        Assert.Equal(id.Hash, computed);
        Assert.Equal(id.Hash, remembered);
    }

    [Fact]
    public void Another_cookie_that_differs_in_one_bit_is_not_known()
    {
        var id = SessionId.New();
        _hashes.Keep(id.Reveal(), id.Hash);
        for (var at = 0; at < SessionId.TextLength - 1; at++)
        {
            var other = id.Reveal().ToCharArray();
            other[at] = other[at] == 'A' ? 'B' : 'A';

            Assert.True(_hashes.TryHash(other, out var hash, out var known));
            Assert.False(known);
            Assert.NotEqual(id.Hash, hash);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")] // not canonical
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void What_is_no_cookie_of_ours_has_no_hash_and_is_not_kept(string text)
    {
        _hashes.Keep(text, default);

        Assert.False(_hashes.TryHash(text, out _, out _));
        Assert.Equal(0, _hashes.Count);
    }

    [Fact]
    public void Used_cookie_stays_and_a_resting_one_is_forgotten_after_two_ages()
    {
        var used = SessionId.New();
        var resting = SessionId.New();
        _hashes.Keep(used.Reveal(), used.Hash);
        _hashes.Keep(resting.Reveal(), resting.Hash);

        for (var beat = 0; beat < 20; beat++)
        {
            _hashes.Age();
            _hashes.TryHash(used.Reveal(), out _, out _);
        }

        Assert.True(IsKnown(used));
        Assert.False(IsKnown(resting));
    }

    [Fact]
    public void Number_is_bounded()
    {
        for (var i = 0; i < 60_000; i++)
        {
            _hashes.Keep(SessionId.New().Reveal(), default);
        }

        Assert.InRange(_hashes.Count, 1, 50_000);
    }

    private bool IsKnown(SessionId id) => _hashes.TryHash(id.Reveal(), out _, out var known) && known;
}
