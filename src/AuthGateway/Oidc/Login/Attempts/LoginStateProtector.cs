using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using AuthGateway.Sessions;
using AuthGateway.Sessions.Protection;

namespace AuthGateway.Oidc.Login.Attempts;

/// <summary>
/// Seals and opens the texts that travel through the browser: login state, long return path, logout
/// state and the counter of recent logins. Nothing is stored on the server for an anonymous
/// visitor.
/// </summary>
internal sealed class LoginStateProtector(Sealer sealer)
{
    public string SealLogin(LoginState state) => Seal("login-state", state.ToBytes());

    public LoginState? OpenLogin(string text) =>
        Open("login-state", text) is { } bytes ? LoginState.FromBytes(bytes) : null;

    /// <param name="attemptId">The sealed text is valid for this attempt only.</param>
    /// <param name="path">Visible ASCII.</param>
    public string SealPath(string attemptId, string path) =>
        Base64Url.EncodeToString(
            sealer.Seal("login-path", Encoding.ASCII.GetBytes(path), Encoding.ASCII.GetBytes(attemptId)));

    public string? OpenPath(string attemptId, string text) =>
        text.Length <= 4096
        && Base64Url.IsValid(text)
        && sealer.Open("login-path", Base64Url.DecodeFromChars(text), Encoding.ASCII.GetBytes(attemptId)) is { } bytes
            ? Encoding.ASCII.GetString(bytes)
            : null;

    public string SealLogout() => Seal("logout-state", [1]);

    /// <summary>
    /// True for a sealed logout state. It has no age limit: the logout has already taken place.
    /// </summary>
    public bool IsLogout(string text) => Open("logout-state", text) is [1];

    public string SealLogins(IEnumerable<CountedLogin> logins)
    {
        var all = logins.ToList();
        var bytes = new byte[all.Count * 8];
        for (var i = 0; i < all.Count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * 8), (uint)all[i].At.ToUnixTimeSeconds());
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan((i * 8) + 4), all[i].Session);
        }

        return Seal("logins", bytes);
    }

    public List<CountedLogin> OpenLogins(string text)
    {
        var bytes = Open("logins", text) ?? [];
        var logins = new List<CountedLogin>();
        for (var i = 0; i + 8 <= bytes.Length; i += 8)
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(i)));
            logins.Add(new(at, BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(i + 4))));
        }

        return logins;
    }

    private string Seal(string purpose, byte[] bytes) => Base64Url.EncodeToString(sealer.Seal(purpose, bytes));

    private byte[]? Open(string purpose, string text)
    {
        if (text.Length > 2000 || !Base64Url.IsValid(text))
        {
            return null;
        }

        // Only the canonical encoding is accepted: no white space, no stray bits at the end.
        var bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text ? sealer.Open(purpose, bytes) : null;
    }
}
