using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace AuthGateway.Quickstart.Provider;

/// <summary>Who can log in. People may be replaced while the provider runs; the next refresh or userinfo answer shows it.</summary>
internal sealed class UserDirectory(IEnumerable<DevUser> users)
{
    private readonly ConcurrentDictionary<string, DevUser> _bySubject =
        new(users.Select(user => KeyValuePair.Create(user.Subject, user)), StringComparer.Ordinal);

    public IEnumerable<DevUser> All => _bySubject.Values.OrderBy(user => user.Subject, StringComparer.Ordinal);

    public DevUser? Find(string? subject) => subject is not null && _bySubject.TryGetValue(subject, out var user) ? user : null;

    /// <summary>Adds a person, or replaces the one with the same subject.</summary>
    public void Set(DevUser user) => _bySubject[user.Subject] = user;

    public void Remove(string subject) => _bySubject.TryRemove(subject, out _);

    /// <param name="login">User name or e-mail address, case ignored.</param>
    /// <param name="password">Compared byte for byte.</param>
    /// <returns><c>null</c> when the two do not belong together.</returns>
    public DevUser? CheckPassword(string login, string password) => All.FirstOrDefault(user =>
        (Same(user.UserName, login) || Same(user.Email, login))
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(user.Password), Encoding.UTF8.GetBytes(password)));

    private static bool Same(string a, string b) =>
        a.Normalize().Equals(b.Trim().Normalize(), StringComparison.OrdinalIgnoreCase);
}
