using System.Buffers.Binary;
using System.Buffers.Text;
using AuthGateway.Sessions;

namespace AuthGateway.Oidc;

/// <summary>The sealed texts that travel through the browser: login state, logout state and the counter of recent logins. Nothing is stored for an anonymous visitor (invariant I16).</summary>
internal sealed class SealedStates(Sealer sealer)
{
    public string SealLogin(LoginState state) => Seal("login-state", state.ToBytes());

    public LoginState? OpenLogin(string text) => Open("login-state", text) is { } bytes ? LoginState.FromBytes(bytes) : null;

    public string SealLogout() => Seal("logout-state", [1]);

    /// <summary>No age limit: the logout it belongs to is done.</summary>
    public bool IsLogout(string text) => Open("logout-state", text) is [1];

    public string SealLoginTimes(IEnumerable<DateTimeOffset> times)
    {
        var all = times.ToList();
        var bytes = new byte[all.Count * 4];
        for (var i = 0; i < all.Count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * 4), (uint)all[i].ToUnixTimeSeconds());
        }

        return Seal("login-times", bytes);
    }

    public List<DateTimeOffset> OpenLoginTimes(string text)
    {
        var bytes = Open("login-times", text) ?? [];
        var times = new List<DateTimeOffset>();
        for (var i = 0; i + 4 <= bytes.Length; i += 4)
        {
            times.Add(DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(i))));
        }

        return times;
    }

    private string Seal(string purpose, byte[] bytes) => Base64Url.EncodeToString(sealer.Seal(purpose, bytes));

    private byte[]? Open(string purpose, string text)
    {
        if (text.Length > 2000 || !Base64Url.IsValid(text))
        {
            return null;
        }

        // One spelling of each: no white space, no stray bits at the end.
        var bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text ? sealer.Open(purpose, bytes) : null;
    }
}
